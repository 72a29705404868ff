import { z } from "zod";
import { idSchema } from "./id.ts";
import { directionSchema } from "./plan.ts";
import { migrationStateSchema, migrationViewSchema, runStateSchema, runViewSchema } from "./run.ts";

/** Of runs and migrations alike. What was under way in a stretch of time is in it, however much earlier it began. */
const filters = {
	clusterId: idSchema.optional(),
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
		nodeId: idSchema.optional(),
		migrationId: idSchema.optional(),
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

const page = { limit: z.coerce.number().int().min(1).max(500).default(50), offset: z.coerce.number().int().min(0).default(0) };

export const migrationFilterSchema = migrationFiltersSchema.extend(page);
/** GET /migrations?clusterId=&direction=&state=&started=&q=&lastS=&from=&to=&limit=&offset= */
export const migrationListSchema = z.object({
	migrations: z.array(migrationViewSchema.extend({ counts: z.record(z.string(), z.number()) })),
	total: z.number(),
});
export type MigrationList = z.infer<typeof migrationListSchema>;

export const runFilterSchema = runFiltersSchema.extend(page);
/** GET /runs?nodeId=&migrationId=&clusterId=&direction=&state=&q=&lastS=&from=&to=&limit=&offset= : the history. */
export const runListSchema = z.object({ runs: z.array(runViewSchema), total: z.number() });
