import { type CommonInput, defineCheck, NOTE, WARN } from "../check.ts";
import { toldOf } from "./told-pods.ts";

/** Pods that a drain cannot move, or that find no other node: in either direction (problem 40). */
export const drain = defineCheck({
	id: "drain",
	codes: {
		"workload.drain-refused": WARN,
		"workload.budgets-unknown": WARN,
		"workload.budget-blocks": WARN,
		// The API refuses to evict a pod that more than one budget counts.
		"workload.several-budgets": WARN,
		// Evicted, they wait until the node is back: nothing else can mount what they need.
		"workload.local-volume": WARN,
		"workload.volumes-unknown": NOTE,
	},
	run: ({ apiNode, policy }: CommonInput) => {
		const pods = apiNode?.pods ?? [];
		const moved = policy.drain.enabled ? pods.filter((pod) => !pod.mirror && pod.controller !== "DaemonSet") : [];
		const bare = policy.drain.force ? [] : moved.filter((pod) => pod.controller === null);
		const empty = policy.drain.deleteEmptyDir ? [] : moved.filter((pod) => pod.hasEmptyDir && !bare.includes(pod));
		const several = moved.filter((pod) => pod.budgets.length > 1);
		const budgets = new Map(moved.flatMap((pod) => pod.budgets.map((budget) => [budget.name, budget] as const)));
		const blocking = [...budgets.values()].filter(({ allowed }) => allowed < 1);
		const local = moved.filter((pod) => pod.localClaims.length > 0);
		const claiming = moved.filter((pod) => pod.hasClaims);
		return [
			...(apiNode?.budgetsUnknown && moved.length > 0
				? [{ code: "workload.budgets-unknown" as const, values: { why: apiNode.budgetsUnknown } }]
				: []),
			...toldOf("workload.drain-refused", bare, { why: "bare" }),
			...toldOf("workload.drain-refused", empty, { why: "empty-dir" }),
			...blocking.flatMap(({ name, healthy, wanted }) => {
				const held = moved.filter((pod) => pod.budgets.some((budget) => budget.name === name));
				return toldOf("workload.budget-blocks", held, { budget: name, healthy: String(healthy), wanted: String(wanted) });
			}),
			...toldOf("workload.several-budgets", several),
			...toldOf("workload.local-volume", local),
			...(apiNode?.volumesUnknown ? toldOf("workload.volumes-unknown", claiming, { why: apiNode.volumesUnknown }) : []),
		];
	},
});
