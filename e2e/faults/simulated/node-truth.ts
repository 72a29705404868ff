import { runDir } from "../../../server/plan/layout.ts";
import type { SimulatedCluster } from "../../simulator/cluster/cluster.ts";
import type { Container } from "../../simulator/runtimes/container-store.ts";
import type { RunningNode } from "../../simulator/simulated-cluster.ts";
import { type NodeTruth, type RunTruth, type Runtime, TRIGGERS } from "../truth.ts";

/** Looks at the machine itself, by no way that the console goes. */
export function nodeTruth({ machine, name }: RunningNode, cluster: SimulatedCluster): NodeTruth {
	const working = (containers: Container[]) => containers.filter((each) => each.pod && each.state === "running").length;
	const node = cluster.nodes.get(name);
	const active = (unit: string) => machine.units.unit(unit).activeState === "active";
	return {
		kubelet: kubeletRuntime(machine),
		containers: { docker: working(machine.containers.list("docker")), containerd: working(machine.containers.list("containerd")) },
		dockerActive: active("docker.service"),
		api: node
			? {
					ready: node.status.conditions.some(({ type, status }) => type === "Ready" && status === "True"),
					runtimeVersion: node.status.nodeInfo["containerRuntimeVersion"] ?? "",
					unschedulable: node.spec.unschedulable === true,
				}
			: null,
		armed: [
			...TRIGGERS.filter((path) => machine.fs.find(path, false) !== undefined),
			...(active("gantry-revert.timer") ? ["gantry-revert.timer runs"] : []),
		],
	};
}

function kubeletRuntime(machine: RunningNode["machine"]): Runtime | null {
	const { main, activeState } = machine.units.unit("kubelet.service");
	if (!main || activeState !== "active") return null;
	const words = `${main.argv.join(" ")} ${machine.fs.text("/var/lib/kubelet/config.yaml") ?? ""}`;
	return /containerd\.sock/.test(words) ? "containerd" : "docker";
}

export function runTruth({ machine }: RunningNode, runId: string): RunTruth {
	const file = (name: string) => machine.fs.text(`${runDir(runId)}/${name}`);
	const log = file("log");
	const decision = machine.fs.find(`${runDir(runId)}/decision`, false);
	return {
		log: log === undefined ? null : Buffer.from(log, "latin1"),
		final: file("final")?.trim() ?? null,
		decision: decision?.kind === "link" ? decision.target : null,
	};
}
