import type { Facts } from "../../../lib/contracts/facts.ts";
import { type ApiNode, controlPlaneLabel } from "../api-node.ts";
import { BLOCK, type CommonInput, defineCheck, listed } from "../check.ts";

const COMPONENTS: ReadonlySet<string> = new Set(["kube-apiserver", "etcd"]);

/** kube-apiserver and etcd as far as this node runs them as static pods, by its manifests and by its mirror pods. */
function staticComponents(facts: Facts, apiNode: ApiNode | null): string[] {
	const byFile = facts.kubelet.staticPodComponents?.known ? facts.kubelet.staticPodComponents.value : [];
	return [...new Set([...byFile, ...(apiNode?.mirrorPodComponents ?? []).filter((name) => COMPONENTS.has(name))])];
}

/** A control plane node: by either role label, or by static pods of the API server or etcd. In doubt it is one. */
export function isControlPlane(facts: Facts, apiNode: ApiNode | null): boolean {
	return (apiNode !== null && controlPlaneLabel(apiNode) !== null) || staticComponents(facts, apiNode).length > 0;
}

export const role = defineCheck({
	id: "role",
	codes: {
		// Taken for a worker, a control plane node would go beside others and without regard to etcd: nobody may wave that through.
		"node.role.disagrees": BLOCK,
		"node.role.unknown": BLOCK,
	},
	run: ({ facts, apiNode }: CommonInput) => {
		const { staticPodComponents: byFile, staticPodPath } = facts.kubelet;
		if (byFile && !byFile.known) return [{ code: "node.role.unknown", values: { reason: byFile.reason } }];
		if (!apiNode) return [];
		const label = controlPlaneLabel(apiNode);
		const components = staticComponents(facts, apiNode);
		if ((label !== null) === components.length > 0) return [];
		return [
			{
				code: "node.role.disagrees",
				values: { label: label ?? "", staticPods: listed(components) },
				evidence: { path: staticPodPath, text: facts.kubelet.staticPods.join("\n") },
			},
		];
	},
});
