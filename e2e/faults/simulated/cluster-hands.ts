import type { ClusterHands } from "../world.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

const WEBHOOK = "freeze.example.com";

/** The simulated cluster as faults lay hands on it. */
export function clusterHands({ running, target }: SimulatedWorld): ClusterHands {
	const { cluster } = running;
	const budgets = new Map(cluster.workloads.map((workload) => [workload, workload.minAvailable]));
	const others = running.nodes.filter((node) => node !== target && node.machine.web.length > 0);
	return {
		async forbidEvictions() {
			for (const workload of cluster.workloads) if (workload.kind === "Deployment") workload.minAvailable = workload.replicas ?? 1;
		},
		async allowEvictions() {
			for (const [workload, minAvailable] of budgets) {
				if (minAvailable === undefined) delete workload.minAvailable;
				else workload.minAvailable = minAvailable;
			}
		},
		async deleteNode() {
			cluster.deleteNode(target.name);
		},
		async denyChanges() {
			cluster.deniedBy = WEBHOOK;
		},
		async allowChanges() {
			cluster.deniedBy = undefined;
		},
		async loseEtcdMember() {
			await others[0]?.machine.powerOff();
		},
		async restoreEtcdMember() {
			if (others[0]?.machine.state === "off") await others[0].machine.boot();
		},
	};
}
