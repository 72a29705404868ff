import { z } from "zod";

/** Every error of the HTTP API, as `application/problem+json`. */
export const problemSchema = z.object({
	type: z.literal("about:blank"),
	status: z.number().int(),
	/** Stable code; its sentence is in the message catalogue under `error.<code>`. */
	code: z.string(),
	values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
	requestId: z.string(),
	/** For 400: where the input is wrong. */
	issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
