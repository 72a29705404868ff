import { z } from "zod";

/** Text by code and values: stored as they are, rendered in the reader's language from the message catalogue. */
export const messageSchema = z.object({
	code: z.string(),
	values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});
export type Message = z.infer<typeof messageSchema>;

export const severitySchema = z.enum(["block", "warn", "note"]);
export type Severity = z.infer<typeof severitySchema>;

/** One result of preflight. `code` is stable and dotted (`containerd.config.syntax`); catalogue keys are `finding.<code>.title|todo`. */
export const findingSchema = z.object({
	code: z.string(),
	severity: severitySchema,
	values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
	/** The file, line or command output the finding rests on, verbatim. */
	evidence: z
		.object({
			path: z.string().optional(),
			line: z.number().int().optional(),
			column: z.number().int().optional(),
			text: z.string().optional(),
			/** A file as it was left and as it is now; null where it is absent. */
			diff: z.object({ before: z.string().nullable(), after: z.string().nullable() }).optional(),
		})
		.optional(),
});
export type Finding = z.infer<typeof findingSchema>;
