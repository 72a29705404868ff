import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { runDir } from "../../../server/plan/layout.ts";
import type { RunningCluster } from "../../simulator/simulated-cluster.ts";

const DROP_IN_FOLDER = "/etc/systemd/system/containerd.service.d";
const DROP_IN = `${DROP_IN_FOLDER}/99-foreign-hand.conf`;

/** Runs a script as root on a simulated node, as somebody beside the console would. Throws where it fails. Returns what it printed. */
export async function onNode(demo: Demo, name: string, script: string): Promise<string> {
	const nodes = [demo.clusters.legacy, demo.clusters.prod].flatMap((cluster) => cluster.nodes);
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`the demo has no node ${name}`);
	const { code, stdout, stderr } = await node.machine.run(script);
	if (code !== 0) throw new Error(`${name}: exit ${code}: ${stderr}`);
	return stdout;
}

/** From now on containerd does not start with the file that a migration writes. With the old one it does. */
export async function breakContainerd(demo: Demo, name: string): Promise<void> {
	await onNode(
		demo,
		name,
		`mkdir -p ${DROP_IN_FOLDER}
printf '%s\\n' '[Service]' 'ExecStartPre=/bin/sh -c "! grep -q sandbox_image /etc/containerd/config.toml"' >${DROP_IN}
systemctl daemon-reload`,
	);
}

export async function mendContainerd(demo: Demo, name: string): Promise<void> {
	await onNode(demo, name, `rm -f ${DROP_IN}; rmdir ${DROP_IN_FOLDER}; systemctl daemon-reload`);
}

/** From now on no pod of the deployment may go: the drain of a node that has one waits. Returns how to let them go again. */
export function holdDrains({ cluster }: RunningCluster, deployment: string): () => void {
	const workload = cluster.workloads.find(({ name }) => name === deployment);
	const { minAvailable } = workload ?? {};
	if (!workload?.replicas || minAvailable === undefined) throw new Error(`${deployment} has no budget`);
	workload.minAvailable = workload.replicas;
	return () => {
		workload.minAvailable = minAvailable;
	};
}

/** From now on the containers of the deployment's pods crash. Returns how to mend them. */
export function failPods({ cluster }: RunningCluster, deployment: string): () => void {
	const workload = cluster.workloads.find(({ name }) => name === deployment);
	if (!workload) throw new Error(`there is no deployment ${deployment}`);
	workload.stuck = "CrashLoopBackOff";
	return () => {
		workload.stuck = undefined;
	};
}

/**
 * Once this node's kubelet has stopped, which is in its cutover, the cluster hears nothing of it any more, so it cannot show what runs there.
 * Resolves then, with how to let it hear again.
 */
export async function unseenFromCutover({ cluster, nodes }: RunningCluster, name: string): Promise<() => void> {
	const kubelet = nodes.find((node) => node.name === name)?.machine.units.unit("kubelet.service");
	if (!kubelet?.ended) throw new Error(`no kubelet runs on ${name}`);
	await kubelet.ended;
	cluster.unheard.add(name);
	return () => {
		cluster.unheard.delete(name);
	};
}

/** From now on nothing that comes to this node by SSH is answered. Returns how to have it answered after all. */
export function holdSsh({ nodes }: RunningCluster, name: string): () => void {
	const machine = nodes.find((node) => node.name === name)?.machine;
	if (!machine) throw new Error(`there is no node ${name}`);
	let answer = () => {};
	const answered = new Promise<void>((resolve) => {
		answer = resolve;
	});
	machine.onExecute = ({ cgroup }) => (cgroup === "/user.slice" ? answered : undefined);
	return () => {
		machine.onExecute = undefined;
		answer();
	};
}

/** How many pods of a deployment run on a node. */
export function podsOn({ cluster }: RunningCluster, node: string, deployment: string): number {
	return [...cluster.pods.values()].filter((pod) => pod.node === node && pod.workload?.name === deployment && pod.deletedAtMs === undefined)
		.length;
}

/** A run's log as it lies on its node. Throws where there is none. */
export function logOn({ nodes }: RunningCluster, name: string, runId: string): Buffer {
	const file = nodes.find((node) => node.name === name)?.machine.fs.find(`${runDir(runId)}/log`);
	if (file?.kind !== "file") throw new Error(`${name} has no log of ${runId}`);
	return Buffer.from(file.content.bytes());
}

/** Gives a node a label, as `kubectl label` does. */
export function labelNode({ cluster }: RunningCluster, name: string, label: string, value: string): void {
	const node = cluster.nodes.get(name);
	if (!node) throw new Error(`there is no node ${name}`);
	node.metadata.labels[label] = value;
	cluster.touch(node);
}
