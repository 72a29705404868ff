import type { Facts } from "../../lib/contracts/facts.ts";
import { losesQuorum } from "../preflight/checks/etcd.ts";
import type { CompileInput } from "./compile.ts";

/** What the scripts must know of a control plane node's own pods and of its etcd member; null where it has neither (safety rule 18). */
export function controlPlaneOf(facts: Facts, controlPlane: boolean): CompileInput["controlPlane"] {
	const { etcd, kubelet } = facts;
	const containers = kubelet.staticPodContainers ?? [];
	if (!controlPlane || (containers.length === 0 && !etcd)) return null;
	return {
		staticContainers: containers.map(({ namespace, container }) => ({ namespace, container })),
		etcd:
			etcd && etcd.url !== "" && (etcd.certificates || etcd.url.startsWith("http://"))
				? {
						url: etcd.url,
						gateway: etcd.cluster.known ? etcd.cluster.value.api : "/v3",
						member: etcd.cluster.known ? etcd.cluster.value.self : "",
						certificates: etcd.certificates,
						// Shown before the run was started: with one or two voters there is no quorum without this node.
						mayLoseQuorum: losesQuorum(etcd),
					}
				: null,
	};
}
