import { defineCheck, type PreflightInput, WARN } from "../check.ts";

/** Well above what a probe takes; certificates and tokens of a cluster allow more than this, logs and events get out of order. */
const MOST_SKEW_S = 30;

/** Nothing of a run is decided by two clocks; what people read of it is ordered by them. */
export const clock = defineCheck({
	id: "clock",
	codes: { "node.clock.ahead": WARN, "node.clock.behind": WARN },
	run: ({ facts: { host } }: PreflightInput) => {
		const skewS = host.clockSkewS ?? 0;
		if (Math.abs(skewS) <= MOST_SKEW_S) return [];
		return [{ code: skewS > 0 ? "node.clock.ahead" : "node.clock.behind", values: { seconds: Math.abs(skewS) } }];
	},
});
