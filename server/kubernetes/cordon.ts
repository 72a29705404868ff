import type { NodeRow } from "./node-row.ts";

/**
 * Names the run that cordoned a node, written in the same patch as the cordon: a console killed between the patch and
 * its own record still knows afterwards whose cordon it is, and only its own is ever taken back.
 */
export const CORDON_MARK = "gantry/cordoned-by";

export interface CordonResult {
	/** True where this call changed the node. */
	changed: boolean;
	/** True where the cordon is `owner`'s, by this call or by one whose answer was lost. */
	ours: boolean;
}

/** `not-ours`: cordoned by a person or another run, left as it is. `was-schedulable`: somebody was faster. */
export type UncordonResult = "uncordoned" | "was-schedulable" | "not-ours";

interface NodePatch {
	metadata: { resourceVersion: string; annotations?: Record<string, string | null> };
	spec?: { unschedulable: boolean | null };
}

/** The patch that cordons `node` for `owner`, or null where it is cordoned already. Pure. */
export function cordonPatch(node: NodeRow, owner: string): NodePatch | null {
	if (node.unschedulable) return null;
	return {
		// The server refuses the patch where the node changed since: what we report about "before" is true.
		metadata: { resourceVersion: node.resourceVersion, annotations: { [CORDON_MARK]: owner } },
		spec: { unschedulable: true },
	};
}

/** What undoing `owner`'s cordon takes (null: nothing to write), and what it will have meant. `owner` null: whoever cordoned. Pure. */
export function uncordonPatch(node: NodeRow, owner: string | null): { patch: NodePatch | null; result: UncordonResult } {
	const mark = node.annotations[CORDON_MARK];
	const ours = owner === null || mark === owner;
	const metadata = { resourceVersion: node.resourceVersion, ...(mark === undefined ? {} : { annotations: { [CORDON_MARK]: null } }) };
	if (!node.unschedulable) return { patch: ours && mark !== undefined ? { metadata } : null, result: "was-schedulable" };
	if (!ours) return { patch: null, result: "not-ours" };
	return { patch: { metadata, spec: { unschedulable: null } }, result: "uncordoned" };
}
