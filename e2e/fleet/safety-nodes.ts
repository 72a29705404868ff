import type { Fleet, FleetNode } from "./fleet.ts";
import { podProcesses } from "./node-state.ts";
import { until } from "./process.ts";

/** First word of the command line by which a pod's process is known. */
export const POD_PROCESS = "sleep 1000000";
/** Pods on each node, by DaemonSets: undrained, each of them must live on exactly one runtime. */
export const PODS_PER_NODE = 2;

/** Without its pods: not on every release and machine can it start beside them (`kubeletDropIn` of suites.ts). */
export const RESTART_KUBELET = "systemctl stop kubelet; docker ps -q | xargs -r docker rm -f >/dev/null; systemctl start kubelet";

/** A fleet's nodes, lent to one test at a time and pristine each time. */
export class SafetyNodes {
	private readonly idle: FleetNode[] = [];
	private readonly waiting: ((node: FleetNode) => void)[] = [];
	private readonly busy = new Set<Promise<void>>();
	private failure: unknown;

	private constructor(readonly fleet: Fleet) {
		this.idle.push(...fleet.nodes);
	}

	static async open(fleet: Fleet): Promise<SafetyNodes> {
		for (const name of ["first", "second"]) await fleet.deploy({ name, kind: "DaemonSet" });
		return new SafetyNodes(fleet);
	}

	/** Runs `work` on a node that no other test has; the node is reset behind it, while the next test goes on elsewhere. */
	async on(work: (node: FleetNode) => Promise<void>): Promise<void> {
		const node = this.idle.pop() ?? (await new Promise<FleetNode>((resolve) => this.waiting.push(resolve)));
		if (this.failure) throw this.failure;
		try {
			await podsRun(node);
			await work(node);
		} finally {
			const reset = this.giveBack(node).finally(() => this.busy.delete(reset));
			this.busy.add(reset);
		}
	}

	async close(): Promise<void> {
		await Promise.all(this.busy);
		await this.fleet.kubectl(["delete", "daemonset", "first", "second", "--ignore-not-found"]);
		if (this.failure) throw this.failure;
	}

	private async giveBack(node: FleetNode): Promise<void> {
		try {
			await this.fleet.reset(node.name);
		} catch (error) {
			// The next test would only show a consequence.
			this.failure = error;
		}
		const next = this.waiting.shift();
		if (next) next(node);
		else this.idle.push(node);
	}
}

/** Resolves when every pod of the node runs once. */
export async function podsRun(node: FleetNode, timeoutMs = 90_000): Promise<void> {
	await until(
		`${PODS_PER_NODE} pods on ${node.name}`,
		timeoutMs,
		async () => ((await podProcesses(node, POD_PROCESS)).length === PODS_PER_NODE ? true : undefined),
		async () => `${await podProcesses(node, "")}\n${await node.diagnose()}`,
	);
}
