import { parse as parseYaml } from "yaml";
import type { Machine } from "../machine/machine.ts";
import type { PodSpec } from "../machine/pods.ts";
import type { Invocation, Program } from "../machine/program.ts";
import type { Engine } from "./container-store.ts";
import { untilStopped } from "./docker.ts";
import { flagValue, unknownFlag } from "./kubelet-flags.ts";
import { PodSync } from "./pod-sync.ts";
import { atLeast } from "./versions.ts";

interface KubeletConfig {
	cgroupDriver?: string;
	healthzPort?: number;
	staticPodPath?: string;
	containerRuntimeEndpoint?: string;
}

/** Which engine the flags and the file lead to, or the message with which the kubelet gives up. */
function engineOf(machine: Machine, argv: readonly string[], config: KubeletConfig, version: string): { engine: Engine; fault?: string } {
	const { containers } = machine;
	const remote = atLeast(version, 1, 24) || flagValue(argv, "container-runtime") === "remote";
	const driver = flagValue(argv, "cgroup-driver") ?? config.cgroupDriver ?? "cgroupfs";
	if (!remote) {
		if (!containers.docker)
			return {
				engine: "docker",
				fault:
					"failed to run Kubelet: failed to get docker version: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
			};
		if (containers.docker.cgroupDriver !== driver) {
			return {
				engine: "docker",
				fault: `failed to run Kubelet: misconfiguration: kubelet cgroup driver: "${driver}" is different from docker cgroup driver: "${containers.docker.cgroupDriver}"`,
			};
		}
		return { engine: "docker" };
	}
	const endpoint = flagValue(argv, "container-runtime-endpoint") ?? config.containerRuntimeEndpoint ?? "";
	if (/cri-dockerd\.sock$/.test(endpoint)) {
		return containers.criDocker && containers.docker
			? { engine: "docker" }
			: {
					engine: "docker",
					fault: `failed to run Kubelet: unable to determine runtime API version: rpc error: code = Unavailable desc = dial ${endpoint}: connection refused`,
				};
	}
	if (!/\/containerd\.sock$/.test(endpoint))
		return { engine: "containerd", fault: `failed to run Kubelet: unable to determine runtime API version: "${endpoint}"` };
	if (!containers.containerd)
		return {
			engine: "containerd",
			fault: `failed to run Kubelet: getting remote runtime typed version failed: dial ${endpoint}: connection refused`,
		};
	if (containers.containerd.cri !== "ok")
		return {
			engine: "containerd",
			fault:
				"failed to run Kubelet: getting remote runtime typed version failed: rpc error: code = Unimplemented desc = unknown service runtime.v1alpha2.RuntimeService",
		};
	if (!atLeast(version, 1, 23) && atLeast(containers.containerd.version, 2, 0))
		return { engine: "containerd", fault: "failed to run Kubelet: unknown service runtime.v1alpha2.RuntimeService" };
	if (atLeast(version, 1, 26) && !atLeast(containers.containerd.version, 1, 6))
		return {
			engine: "containerd",
			fault: "failed to run Kubelet: validate service connection: CRI v1 runtime API is not implemented for endpoint",
		};
	return { engine: "containerd" };
}

/** Static pods: what the manifests on the node name. */
function staticPods(machine: Machine, folder: string | undefined): PodSpec[] {
	const inode = folder === undefined ? undefined : machine.fs.find(folder);
	if (inode?.kind !== "folder") return [];
	return inode.entries.names().flatMap((file): PodSpec[] => {
		const text = machine.fs.text(`${folder}/${file}`);
		if (!/\.ya?ml$/.test(file) || text === undefined) return [];
		const manifest = parseYaml(text);
		const name = String(manifest?.metadata?.name ?? file);
		const containers: { name: string; image: string; command?: string[] }[] = manifest?.spec?.containers ?? [];
		return [
			{
				uid: `static-${machine.name}-${name}`,
				namespace: String(manifest?.metadata?.namespace ?? "kube-system"),
				name: `${name}-${machine.name}`,
				hostNetwork: true,
				containers: containers.map((each) => ({ name: each.name, image: each.image, command: each.command ?? [`/${each.name}`] })),
				deleting: false,
				fromFile: true,
			},
		];
	});
}

async function give(call: Invocation, text: string): Promise<number> {
	await call.process.sleep(0.3);
	await call.err(`${text}\n`);
	return 1;
}

/** A kubelet with dockershim below 1.24: knows its flags, finds its runtime or gives up, runs its pods and says so. */
export const kubelet: Program = async (call) => {
	const { machine } = call;
	const version = call.details[0] ?? "v1.20.2";
	if (call.args.includes("--version")) {
		await call.out(`Kubernetes ${version}\n`);
		return 0;
	}
	const unknown = unknownFlag(call.args, version);
	if (unknown !== undefined) return give(call, `Error: failed to parse kubelet flag: unknown flag: ${unknown}`);
	const configPath = flagValue(call.args, "config");
	const text = configPath === undefined ? "" : machine.fs.text(configPath);
	if (text === undefined) return give(call, `failed to load Kubelet config file ${configPath}: no such file or directory`);
	const config: KubeletConfig = text === "" ? {} : parseYaml(text);
	const { engine, fault } = engineOf(machine, call.args, config, version);
	if (fault !== undefined) return give(call, fault);

	const driver = flagValue(call.args, "cgroup-driver") ?? config.cgroupDriver ?? "cgroupfs";
	const confDir = flagValue(call.args, "cni-conf-dir") ?? "/etc/cni/net.d";
	const pause = flagValue(call.args, "pod-infra-container-image") ?? "k8s.gcr.io/pause:3.2";
	const sync = new PodSync(machine, { engine, driver, confDir, pause, version, statics: staticPods(machine, config.staticPodPath) });
	const port = Number(flagValue(call.args, "healthz-port") ?? config.healthzPort ?? 10_248);
	machine.listeners.set(port, () => 200);
	await call.err(`Started kubelet ${version}, container runtime ${engine}\n`);
	machine.units.notifyReady(call.process);
	sync.start();
	try {
		return await untilStopped(call);
	} finally {
		sync.stop();
		machine.listeners.delete(port);
	}
};
