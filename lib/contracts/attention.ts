import { z } from "zod";

/** What a person is needed for, the most pressing first. Its sentence: `overview.needs.<code>`. */
export const ATTENTION_CODES = [
	/** Neither the cutover nor the way back ended well: the kubelet may be stopped. */
	"hands",
	"drain-blocked",
	"held",
	"canary-ended",
	"control-plane-next",
	"prepared",
	"approval-void",
	"api",
	"failed",
	"schedule-failed",
	"approval-missing",
	"unreachable",
	"unreachable-many",
	"host-keys",
	"stale-facts",
] as const;

export const attentionItemSchema = z.object({
	/** The same for the same thing, however often it is asked for. */
	key: z.string(),
	code: z.enum(ATTENTION_CODES),
	kind: z.enum(["hands", "failed", "paused", "warning", "waiting"]),
	values: z.record(z.string(), z.union([z.string(), z.number()])),
	/** Where it is done. */
	href: z.string(),
	clusterId: z.string(),
});
export type AttentionItem = z.infer<typeof attentionItemSchema>;

/** GET /attention?clusterId= */
export const attentionListSchema = z.object({ items: z.array(attentionItemSchema) });
