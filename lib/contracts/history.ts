import { z } from "zod";
import { directionSchema } from "./plan.ts";
import { migrationStateSchema, runStateSchema } from "./run.ts";

const id = z.string().min(1).max(64);

/** Of runs and migrations alike. What was under way in a stretch of time is in it, however much earlier it began. */
const filters = {
	clusterId: id.optional(),
	direction: directionSchema.optional(),
	/** Looked for in the reason, the ticket, who started it, and the name of its node or of one of its nodes. */
	q: z.string().trim().max(200).optional(),
	/** The last so many seconds; or from one moment to another, both included. */
	lastS: z.coerce.number().int().min(1).max(400_000_000).optional(),
	from: z.iso.datetime().optional(),
	to: z.iso.datetime().optional(),
};
/** A stretch that ends before it begins holds nothing: whoever asks for it meant another one. */
const ORDER = { path: ["to"], error: "lies before from" };
function inOrder({ from, to }: { from?: string; to?: string }): boolean {
	return from === undefined || to === undefined || Date.parse(from) <= Date.parse(to);
}
export const runFiltersSchema = z
	.object({
		...filters,
		nodeId: id.optional(),
		migrationId: id.optional(),
		state: runStateSchema.optional(),
	})
	.refine(inOrder, ORDER);
export type RunFilters = z.output<typeof runFiltersSchema>;
export const migrationFiltersSchema = z
	.object({
		...filters,
		state: migrationStateSchema.optional(),
		/** Without what was only planned. */
		started: z.literal("1").optional(),
	})
	.refine(inOrder, ORDER);
export type MigrationFilters = z.output<typeof migrationFiltersSchema>;

const format = z.enum(["csv", "json"]);
/** GET /runs/export?format= and GET /migrations/export?format= : what the filters leave, newest first, as a file; at most so many. */
export const MOST_EXPORTED_RUNS = 50_000;
export const runExportQuerySchema = runFiltersSchema.extend({ format });
export const migrationExportQuerySchema = migrationFiltersSchema.extend({ format });
