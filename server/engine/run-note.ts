import { z } from "zod";
import { factsSchema } from "../../lib/contracts/facts.ts";
import { planSchema, policySchema } from "../../lib/contracts/plan.ts";
import { sha256Hex } from "../plan/compile.ts";
import type { Attachment } from "../remote/install.ts";
import type { RunRecord } from "./ports.ts";

/** Name of the file in the run folder. */
export const RUN_NOTE = "record.json";
const NOTE_VERSION = 1;

/**
 * What a console notes beside a run on its node, so that another one, or the same after the loss of its database, can take the run up
 * with all that the record held when it began (safety rule 21).
 */
const runNoteSchema = z.object({
	version: z.literal(NOTE_VERSION),
	nodeName: z.string(),
	withoutApi: z.boolean(),
	asked: z.object({ by: z.string(), reason: z.string(), ticket: z.string() }),
	policy: policySchema,
	plan: planSchema,
	facts: factsSchema,
});
export type RunNote = z.infer<typeof runNoteSchema>;

/** The same bytes for the same run, however often it is installed. */
export function noteOf(run: RunRecord): Attachment {
	const { nodeName, withoutApi, asked, policy, plan, facts } = run;
	const note: RunNote = { version: NOTE_VERSION, nodeName, withoutApi, asked, policy, plan, facts };
	const bytes = Buffer.from(JSON.stringify(note), "utf8");
	return { name: RUN_NOTE, bytes, sha256: sha256Hex(bytes) };
}

/** Null where the bytes are no note of this run. */
export function readNote(runId: string, bytes: Buffer | undefined): RunNote | null {
	if (!bytes) return null;
	try {
		const parsed = runNoteSchema.safeParse(JSON.parse(bytes.toString("utf8")));
		return parsed.success && parsed.data.plan.runId === runId ? parsed.data : null;
	} catch {
		return null;
	}
}
