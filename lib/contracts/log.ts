import { z } from "zod";
import { LONGEST_QUERY } from "../log-lines.ts";

/** GET /runs/:id/log */
export const logQuerySchema = z.object({
	offset: z.coerce.number().int().min(0).default(0),
	limit: z.coerce
		.number()
		.int()
		.min(1)
		.max(4 * 1024 * 1024)
		.default(1024 * 1024),
	download: z.literal("1").optional(),
});

/** GET /runs/:id/log/search?q=&after= : lines of the whole log as it is stored that hold a text, whatever its case. */
export const logSearchQuerySchema = z.object({
	/** Not trimmed: a space may be what is looked for. */
	q: z.string().min(1).max(LONGEST_QUERY),
	/** Number of the line after which to begin: the answer before's `next`. */
	after: z.coerce.number().int().min(0).default(0),
});

export const logSearchSchema = z.object({
	/** Of the log: another one than before has other lines. */
	generation: z.number().int(),
	/** Numbers of lines, from 1, ascending; at most 1,000 an answer. */
	lines: z.array(z.number().int()),
	/** Where to go on; null at the log's end. It may come without a match: an answer reads a bounded part of the log. */
	next: z.number().int().nullable(),
});
export type LogSearch = z.infer<typeof logSearchSchema>;
