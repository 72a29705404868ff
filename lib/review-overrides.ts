import type { Override } from "./contracts/plan.ts";
import type { RunView } from "./contracts/run.ts";

/** Which findings are overridden for which nodes, as a page holds it: `<node id> <code>`. */
export type Overrides = ReadonlySet<string>;

export const overrideKey = ({ nodeId, code }: Override): string => `${nodeId} ${code}`;

/** The finding of a node that no API knows. */
const API_ABSENT = "cluster.api.absent";

/** Whether a node of the plan goes without the API because the plan as a whole may, and not by an override of its own. */
export function goesByWord(runs: readonly Pick<RunView, "overrides" | "withoutApi">[]): boolean {
	return runs.some(({ overrides, withoutApi }) => withoutApi && overrides.every(({ code }) => code !== API_ABSENT));
}

/** Whether every node that goes without the API in this plan may go on to. */
export function keepsApiAbsent(runs: readonly Pick<RunView, "nodeId" | "withoutApi">[], overrides: Overrides): boolean {
	return runs.every(({ nodeId, withoutApi }) => !withoutApi || overrides.has(overrideKey({ nodeId, code: API_ABSENT })));
}

/** As the API takes them. */
export function overrideList(overrides: Overrides): Override[] {
	return [...overrides].map((key) => {
		const at = key.indexOf(" ");
		return { nodeId: key.slice(0, at), code: key.slice(at + 1) };
	});
}

/** What the plans that are shown were made in spite of. */
export function plannedOverrides(runs: readonly Pick<RunView, "nodeId" | "overrides" | "withoutApi">[]): Overrides {
	return new Set(
		runs.flatMap(({ nodeId, overrides, withoutApi }) => {
			const codes = [...overrides.map(({ code }) => code), ...(withoutApi ? [API_ABSENT] : [])];
			return codes.map((code) => overrideKey({ nodeId, code }));
		}),
	);
}

/** The set with these in it, or without them. */
export function withOverrides(overrides: Overrides, changed: readonly Override[], on: boolean): Overrides {
	const next = new Set(overrides);
	for (const one of changed) {
		if (on) next.add(overrideKey(one));
		else next.delete(overrideKey(one));
	}
	return next;
}

export function sameOverrides(one: Overrides, other: Overrides): boolean {
	return one.size === other.size && [...one].every((key) => other.has(key));
}
