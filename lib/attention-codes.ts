/** What a person is needed for, the most pressing first. Its sentence: `overview.needs.<code>`. */
export const ATTENTION_CODES = [
	/** Neither the cutover nor the way back ended well: the kubelet may be stopped. */
	"hands",
	/** Verified by itself and not by its cluster: it goes back when its time is over. */
	"node-held",
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
