import type { Fleet, FleetNode } from "../../fleet/fleet.ts";
import type { ClusterHands } from "../world.ts";

/** The deployment whose one pod lives on this node. */
export const pinned = (node: FleetNode) => `pinned-${node.name}`;

/** The fleet's cluster as faults lay hands on it: only on what is this node's. */
export function clusterHands(fleet: Fleet, node: FleetNode): ClusterHands {
	const name = pinned(node);
	const apply = (object: unknown) => fleet.kubectl(["apply", "-f", "-"], { input: JSON.stringify(object) });
	const cannot = async (): Promise<never> => {
		throw new Error("the fleet's etcd has one member");
	};
	const denial = `deny-${node.name}`;
	return {
		async forbidEvictions() {
			await apply({
				apiVersion: "policy/v1beta1",
				kind: "PodDisruptionBudget",
				metadata: { name, namespace: "default" },
				spec: { minAvailable: 1, selector: { matchLabels: { app: name } } },
			});
		},
		async allowEvictions() {
			await fleet.kubectl(["delete", "poddisruptionbudget", name, "--ignore-not-found"]);
		},
		async deleteNode() {
			await fleet.kubectl(["delete", "node", node.name, "--wait=false"]);
		},
		// A webhook that nobody answers for, and without which nothing may be changed.
		async denyChanges() {
			await apply({
				apiVersion: "admissionregistration.k8s.io/v1",
				kind: "ValidatingWebhookConfiguration",
				metadata: { name: denial },
				webhooks: [
					{
						name: "freeze.example.com",
						admissionReviewVersions: ["v1"],
						sideEffects: "None",
						failurePolicy: "Fail",
						timeoutSeconds: 1,
						clientConfig: { url: "https://127.0.0.1:1/" },
						objectSelector: { matchLabels: { "kubernetes.io/hostname": node.name } },
						rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["nodes"] }],
					},
				],
			});
		},
		async allowChanges() {
			await fleet.kubectl(["delete", "validatingwebhookconfiguration", denial, "--ignore-not-found"]);
		},
		loseEtcdMember: cannot,
		restoreEtcdMember: cannot,
	};
}
