import { z } from "zod";
import { ATTENTION_CODES } from "../attention-codes.ts";

export const attentionItemSchema = z.object({
	/** The same for the same thing, however often it is asked for. */
	key: z.string(),
	code: z.enum(ATTENTION_CODES),
	kind: z.enum(["hands", "failed", "paused", "blocked", "warning", "waiting"]),
	values: z.record(z.string(), z.union([z.string(), z.number()])),
	/** Where it is done. */
	href: z.string(),
	clusterId: z.string(),
});
export type AttentionItem = z.infer<typeof attentionItemSchema>;

/** GET /attention?clusterId= */
export const attentionListSchema = z.object({ items: z.array(attentionItemSchema) });
