import { reason } from "../kernel/errno.ts";
import type { Invocation, Program } from "../machine/program.ts";
import type { Container } from "./container-store.ts";
import { ConfigError, dumped, type LoadedConfig, loadConfig } from "./containerd-config.ts";
import { readArchive, untilStopped } from "./docker.ts";

const SOCKET = "/run/containerd/containerd.sock";
function configPath(args: readonly string[]): string {
	const at = args.findIndex((word) => word === "--config" || word === "-c");
	return at < 0 ? "/etc/containerd/config.toml" : (args[at + 1] ?? "");
}

function load(call: Invocation): LoadedConfig {
	// Debian's package looks for plugins elsewhere than everybody else's.
	const [version = "1.6.20", , binDir = "/opt/cni/bin"] = call.details;
	return loadConfig(call.machine.fs, call.process.resolve(configPath(call.args)), version, binDir);
}

/** The daemon, and its `config dump` and `--version`. */
export const containerd: Program = async (call) => {
	const [version = "1.6.20", revision = "0"] = call.details;
	if (call.args.includes("--version")) {
		await call.out(`containerd github.com/containerd/containerd ${version} ${revision}\n`);
		return 0;
	}
	let config: LoadedConfig;
	try {
		config = load(call);
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		await call.err(`${error.message}\n`);
		return 1;
	}
	if (call.args.includes("config") && call.args.includes("dump")) {
		await call.out(dumped(config.merged));
		return 0;
	}
	const { machine } = call;
	if (machine.containers.containerd) {
		await call.err(`containerd: timeout: another process holds ${SOCKET}\n`);
		return 1;
	}
	await call.process.sleep(0.3);
	machine.containers.makeSocket(SOCKET);
	const { sandboxImage, systemdCgroup, binDir, confDir } = config;
	const cri = machine.containers.criBroken && config.cri === "ok" ? "error" : config.cri;
	machine.containers.containerd = { version, cri, sandboxImage, systemdCgroup, binDir, confDir };
	if (cri === "error") await call.err("failed to load plugin io.containerd.grpc.v1.cri: invalid plugin config\n");
	await call.err(`containerd successfully booted in 0.03s version=${version}\n`);
	machine.units.notifyReady(call.process);
	try {
		return await untilStopped(call);
	} finally {
		// Shims and what they hold go on: only a reboot or a runtime ends them.
		machine.containers.containerd = undefined;
	}
};

const PLUGINS: readonly (readonly [string, string, string])[] = [
	["io.containerd.content.v1", "content", "ok"],
	["io.containerd.snapshotter.v1", "native", "ok"],
	["io.containerd.snapshotter.v1", "overlayfs", "ok"],
	["io.containerd.snapshotter.v1", "zfs", "skip"],
	["io.containerd.metadata.v1", "bolt", "ok"],
	["io.containerd.differ.v1", "walking", "ok"],
	["io.containerd.gc.v1", "scheduler", "ok"],
	["io.containerd.service.v1", "images-service", "ok"],
	["io.containerd.runtime.v2", "task", "ok"],
	["io.containerd.service.v1", "tasks-service", "ok"],
	["io.containerd.grpc.v1", "images", "ok"],
	["io.containerd.grpc.v1", "tasks", "ok"],
	["io.containerd.grpc.v1", "version", "ok"],
];

/** ctr: `-a SOCKET -n NAMESPACE` and the commands that our scripts use. */
export const ctr: Program = async (call) => {
	const words = [...call.args];
	let namespace = "default";
	while (words[0]?.startsWith("-")) {
		const flag = words.shift();
		const value = words.shift() ?? "";
		if (flag === "-n" || flag === "--namespace") namespace = value;
	}
	const { containers } = call.machine;
	const daemon = containers.containerd;
	const [noun = "", verb = "", ...rest] = words;
	if (daemon === undefined) {
		await call.err(
			`ctr: failed to dial "${SOCKET}": context deadline exceeded: connection error: desc = "transport: error while dialing"\n`,
		);
		return 1;
	}
	const names = rest.filter((word) => !word.startsWith("-"));
	const k8s = namespace === "k8s.io";
	const running = k8s ? containers.list("containerd").filter((each) => each.process !== undefined || each.state === "exited") : [];
	const task = (id: string) => running.find((each) => each.id === id);
	switch (`${noun} ${verb}`.trim()) {
		case "version":
			await call.out(
				`Client:\n  Version:  ${daemon.version}\n  Revision: 0\n\nServer:\n  Version:  ${daemon.version}\n  Revision: 0\n  UUID: 92dccab9-0fe5-47d6-900a-8f9080839135\n`,
			);
			return 0;
		case "plugins ls": {
			const cri = daemon.cri === "absent" ? [] : [["io.containerd.grpc.v1", "cri", daemon.cri] as const];
			const rows = [...PLUGINS, ...cri].map(([type, id, state]) => `${type.padEnd(31)} ${id.padEnd(24)} linux/amd64    ${state}    \n`);
			await call.out(`TYPE                            ID                       PLATFORMS      STATUS    \n${rows.join("")}`);
			return 0;
		}
		case "images ls": {
			const wanted = [...(names[0] ?? "").matchAll(/labels\."([^"]+)"==(\S+)/g)];
			const fits = (name: string) => wanted.every(([, label = "", value]) => containers.labels.get(name)?.get(label) === value);
			if (k8s)
				await call.out(
					[...containers.images.containerd.keys()]
						.filter(fits)
						.sort()
						.map((name) => `${name}\n`)
						.join(""),
				);
			return 0;
		}
		case "images import":
			return importImages(call);
		case "images rm": {
			let status = 0;
			for (const name of names) {
				if (containers.removeImage("containerd", name)) await call.out(`${name}\n`);
				else status = 1;
			}
			return status;
		}
		case "images label": {
			const [image = "", label = ""] = names;
			if (!containers.images.containerd.has(image)) return call.fail(`image "${image}": not found`);
			const labels = containers.labels.get(image) ?? new Map<string, string>();
			labels.set(label.split("=")[0] ?? "", label.split("=")[1] ?? "");
			containers.labels.set(image, labels);
			await call.out(`${label}\n`);
			return 0;
		}
		case "tasks ls": {
			const state = (each: Container) => (each.state === "running" ? "RUNNING" : "STOPPED");
			const line = (each: Container) => (rest.includes("-q") ? each.id : `${each.id}    ${each.process?.pid ?? 0}    ${state(each)}`);
			await call.out(`${rest.includes("-q") ? "" : "TASK    PID    STATUS\n"}${running.map((each) => `${line(each)}\n`).join("")}`);
			return 0;
		}
		case "containers ls": {
			const filter = [...(names[0] ?? "").matchAll(/labels\."([^"]+)"=="([^"]*)"/g)];
			const labels = (each: Container): Record<string, string> =>
				each.pod ? { "io.kubernetes.pod.namespace": each.pod.namespace, "io.kubernetes.container.name": each.role } : {};
			const fits = (each: Container) => filter.every(([, label = "", value]) => labels(each)[label] === value);
			await call.out(
				running
					.filter(fits)
					.map(({ id }) => `${id}\n`)
					.join(""),
			);
			return 0;
		}
		case "tasks kill": {
			const container = task(names.at(-1) ?? "");
			if (!container) return call.fail("no running task found: not found");
			container.process?.signal(15);
			return 0;
		}
		case "tasks rm": {
			const container = task(names.at(-1) ?? "");
			if (!container) return call.fail("no running task found: not found");
			containers.stop(container);
			return 0;
		}
		default:
			return call.fail(`the simulator does not know ${words.join(" ")}`);
	}
};

/** As containerd names what `docker save` gave it. */
function fullName(name: string): string {
	const first = name.split("/", 1)[0] ?? "";
	if (name.includes("/") && (/[.:]/.test(first) || first === "localhost")) return name;
	return name.includes("/") ? `docker.io/${name}` : `docker.io/library/${name}`;
}

async function importImages(call: Invocation): Promise<number> {
	const images = readArchive(await call.stdin());
	if (!images) return call.fail("unrecognized image format");
	for (const { name, sizeBytes } of images) {
		try {
			call.machine.containers.addImage("containerd", fullName(name), sizeBytes);
		} catch (error) {
			return call.fail(`failed to ingest: ${reason(error).toLowerCase()}`);
		}
		await call.out(`unpacking ${fullName(name)} (sha256:0)...done\n`);
	}
	return 0;
}

/** crictl, whatever archive it came from. */
export const crictl: Program = async (call) => {
	const words = call.args.filter((word) => !word.startsWith("-"));
	if (call.args.includes("--version")) {
		await call.out("crictl version v1.20.0\n");
		return 0;
	}
	const { containers, fs } = call.machine;
	const asked = call.args.find((word) => word.startsWith("--runtime-endpoint="))?.slice("--runtime-endpoint=".length);
	const endpoint =
		asked ??
		/^runtime-endpoint:\s*"?(\S+?)"?\s*$/m.exec(fs.text("/etc/crictl.yaml") ?? "")?.[1] ??
		"unix:///run/containerd/containerd.sock";
	const path = endpoint.replace(/^unix:\/\//, "").replace(/^\/var\/run\//, "/run/");
	const daemon = path === SOCKET ? containers.containerd : undefined;
	if (daemon === undefined || daemon.cri !== "ok") {
		const why = daemon
			? "rpc error: code = Unimplemented desc = unknown service runtime.v1alpha2.RuntimeService"
			: "context deadline exceeded";
		await call.err(
			`FATA[0000] connect endpoint '${endpoint}', make sure you are running as root and the endpoint has been started: ${why}\n`,
		);
		return 1;
	}
	switch (words[0]) {
		case "info":
			await call.out(
				`${JSON.stringify(
					{
						status: {
							conditions: [
								{ type: "RuntimeReady", status: true },
								{ type: "NetworkReady", status: true },
							],
						},
						config: { sandboxImage: daemon.sandboxImage },
					},
					undefined,
					2,
				)}\n`,
			);
			return 0;
		case "pods":
			await call.out("POD ID              STATE      NAME                                     NAMESPACE\n");
			for (const each of containers.list("containerd").filter(({ kind }) => kind === "sandbox")) {
				await call.out(
					`${each.id.slice(0, 13).padEnd(19)} ${(each.state === "running" ? "Ready" : "NotReady").padEnd(10)} ${(each.pod?.name ?? "").padEnd(40)} ${each.pod?.namespace ?? ""}\n`,
				);
			}
			return 0;
		case "ps":
			await call.out("CONTAINER           STATE      NAME                 POD\n");
			for (const each of containers.list("containerd").filter(({ kind, state }) => kind === "container" && state === "running")) {
				await call.out(`${each.id.slice(0, 13).padEnd(19)} Running    ${each.role.padEnd(20)} ${each.pod?.name ?? ""}\n`);
			}
			return 0;
		case "images":
			await call.out([...containers.images.containerd.keys()].map((name) => `${name}\n`).join(""));
			return 0;
		case "version":
			await call.out(`Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  ${daemon.version}\nRuntimeApiVersion:  v1\n`);
			return 0;
		default:
			return call.fail(`the simulator does not know ${words.join(" ")}`);
	}
};
