import { reason } from "../kernel/errno.ts";
import type { Invocation, Program } from "../machine/program.ts";
import type { Container } from "./container-store.ts";

const ARCHIVE = "gantry-simulator docker archive\n";

/** What `docker save` wrote, or undefined where the bytes are something else. */
export function readArchive(bytes: Buffer): { name: string; sizeBytes: number }[] | undefined {
	const text = bytes.toString("latin1");
	if (!text.startsWith(ARCHIVE)) return undefined;
	return JSON.parse(text.slice(ARCHIVE.length));
}

/** Waits for TERM, and gives the exit status of a daemon that was told to go. */
export async function untilStopped(call: Invocation): Promise<number> {
	return call.process.scope.race(
		new Promise<number>((resolve) => {
			call.process.onSignal = () => resolve(0);
		}),
	);
}

/** dockerd: waits for containerd, reads its file, and runs what it is to bring back. */
export const dockerd: Program = async (call) => {
	const { machine } = call;
	const version = call.details[0] ?? "20.10.24";
	if (call.args.includes("--version")) {
		await call.out(`Docker version ${version}, build 0\n`);
		return 0;
	}
	let settings: { "exec-opts"?: string[] } = {};
	const text = machine.fs.text("/etc/docker/daemon.json");
	try {
		if (text !== undefined && text.trim() !== "") settings = JSON.parse(text);
	} catch (error) {
		await call.err(`unable to configure the Docker daemon with file /etc/docker/daemon.json: ${reason(error)}\n`);
		return 1;
	}
	if (machine.fs.find("/run/docker.sock")?.kind === "folder") {
		await call.err("failed to load listeners: can't create unix socket /var/run/docker.sock: is a directory\n");
		return 1;
	}
	const deadline = machine.clock.uptime() + 60;
	while (machine.containers.containerd === undefined) {
		if (machine.clock.uptime() >= deadline) {
			await call.err('failed to start daemon: failed to dial "/run/containerd/containerd.sock": context deadline exceeded\n');
			return 1;
		}
		await call.process.sleep(0.2);
	}
	await call.process.sleep(0.5);
	const option = settings["exec-opts"]?.find((each) => each.startsWith("native.cgroupdriver="));
	const cgroupDriver = option?.split("=")[1] ?? "cgroupfs";
	machine.containers.docker = { version, cgroupDriver };
	machine.containers.makeSocket("/run/docker.sock");
	// moby#39439
	machine.forwardPolicy = "DROP";
	for (const container of machine.containers.list("docker")) {
		if (container.restarts && container.state !== "running") machine.containers.start(container, cgroupDriver);
	}
	machine.units.notifyReady(call.process);
	await call.err("API listen on /run/docker.sock\n");
	try {
		return await untilStopped(call);
	} finally {
		machine.containers.docker = undefined;
		// Without live-restore everything goes with the daemon.
		for (const container of machine.containers.list("docker")) if (container.state === "running") machine.containers.stop(container);
	}
};

/** cri-dockerd: the CRI in front of Docker. */
export const criDockerd: Program = async (call) => {
	const { machine } = call;
	const version = call.details[0] ?? "0.3.14";
	if (call.args.includes("--version")) {
		await call.out(`cri-dockerd ${version} (683f70f)\n`);
		return 0;
	}
	if (machine.containers.docker === undefined) {
		await call.err("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n");
		return 1;
	}
	machine.containers.criDocker = { version };
	machine.containers.makeSocket("/run/cri-dockerd.sock");
	machine.units.notifyReady(call.process);
	try {
		return await untilStopped(call);
	} finally {
		machine.containers.criDocker = undefined;
	}
};

type Fields = Record<string, unknown> & { labels?: Record<string, string> };

/** Go's templates as far as our scripts use them. */
function rendered(template: string, fields: Fields): string {
	return template.replaceAll(
		/\{\{\s*(json\s+)?\.([A-Za-z.]+)(?:\s+"([^"]*)")?\s*\}\}/g,
		(_, json: string | undefined, path: string, argument?: string) => {
			if (path === "Label") return fields.labels?.[argument ?? ""] ?? "";
			let value: unknown = fields;
			for (const part of path.split(".")) value = typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined;
			return json ? JSON.stringify(value ?? null) : String(value ?? "");
		},
	);
}

function labelsOf(container: Container): Record<string, string> {
	if (!container.pod) return {};
	return {
		"io.kubernetes.pod.uid": container.pod.uid,
		"io.kubernetes.pod.name": container.pod.name,
		"io.kubernetes.pod.namespace": container.pod.namespace,
		"io.kubernetes.container.name": container.role,
		"io.kubernetes.docker.type": container.kind === "sandbox" ? "podsandbox" : "container",
	};
}

/** Flags with values and the other words of a docker command. */
function split(args: readonly string[]): { values: Map<string, string>; filters: string[]; flags: Set<string>; rest: string[] } {
	const filters: string[] = [];
	const values = new Map<string, string>();
	const flags = new Set<string>();
	const rest: string[] = [];
	for (let at = 0; at < args.length; at++) {
		const word = args[at] ?? "";
		if (word === "--filter") filters.push(args[++at] ?? "");
		else if (["--format", "-f", "-t", "--time"].includes(word) && args[at + 1] !== undefined && !(word === "-f" && args[0] === "-f"))
			values.set(word, args[++at] ?? "");
		else if (word.startsWith("-")) flags.add(word);
		else rest.push(word);
	}
	return { values, filters, flags, rest };
}

/** The client. Every call opens the socket, and so starts a Docker that only its socket is awake of. */
export const docker: Program = async (call) => {
	const { containers, units } = call.machine;
	if (containers.docker === undefined) await units.activate("docker");
	const { docker: daemon } = containers;
	const [verb = "", ...args] = call.args;
	if (verb === "--version") {
		await call.out(`Docker version ${call.details[0] ?? ""}, build 0\n`);
		return 0;
	}
	if (daemon === undefined) {
		await call.err("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n");
		return 1;
	}
	const { values, filters, flags, rest } = split(args);
	const template = values.get("--format");
	const all = containers.list("docker");
	const byId = (id: string) => all.find((container) => container.id.startsWith(id) || container.name === id);
	switch (verb) {
		case "version":
			await call.out(`${rendered(template ?? "{{.Server.Version}}", { Server: { Version: daemon.version } })}\n`);
			return 0;
		case "info":
			await call.out(
				`${rendered(template ?? "{{.ServerVersion}}", {
					ServerVersion: daemon.version,
					DockerRootDir: "/var/lib/docker",
					Driver: "overlay2",
					CgroupDriver: daemon.cgroupDriver,
					LiveRestoreEnabled: false,
					DriverStatus: [
						["Backing Filesystem", "extfs"],
						["Supports d_type", "true"],
						["Native Overlay Diff", "true"],
					],
					DefaultRuntime: "runc",
				})}\n`,
			);
			return 0;
		case "ps": {
			const wanted = filters.map((filter) => filter.replace(/^label=/, "").split("="));
			const shown = all.filter((each) => {
				const labels = labelsOf(each);
				const fits = wanted.every(([label = "", value]) => label in labels && (value === undefined || labels[label] === value));
				return (flags.has("-a") || each.state === "running") && fits;
			});
			for (const container of shown) {
				const id = flags.has("--no-trunc") ? container.id : container.id.slice(0, 12);
				if (flags.has("-q")) {
					await call.out(`${id}\n`);
					continue;
				}
				const status = { running: "Up 2 hours", created: "Created", exited: "Exited (0) 2 hours ago" }[container.state];
				// A pod's containers name their image by its id, as dockershim gives it.
				const image =
					container.kind === "container" ? (containers.images.docker.get(container.image)?.id ?? container.image) : container.image;
				await call.out(
					`${rendered(template ?? "{{.ID}}", { ID: id, Names: container.name, Image: image, Status: status, labels: labelsOf(container) })}\n`,
				);
			}
			return 0;
		}
		case "image":
		case "images": {
			if (rest[0] === "inspect") return inspect(call, rest.slice(1), template ?? "{{.Id}}");
			for (const name of [...containers.images.docker.keys()].sort()) {
				const at = name.lastIndexOf(":");
				await call.out(`${rendered(template ?? "{{.Repository}}:{{.Tag}}", { Repository: name.slice(0, at), Tag: name.slice(at + 1) })}\n`);
			}
			return 0;
		}
		case "save": {
			const images = rest.map((name) => ({ name, sizeBytes: containers.images.docker.get(name)?.sizeBytes }));
			const missing = images.find(({ sizeBytes }) => sizeBytes === undefined);
			if (missing) {
				await call.err(`Error response from daemon: reference does not exist: ${missing.name}\n`);
				return 1;
			}
			await call.process.sleep(images.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0) / (200 * 1024 * 1024));
			await call.out(`${ARCHIVE}${JSON.stringify(images)}`);
			return 0;
		}
		case "stop":
		case "kill":
		case "rm": {
			let status = 0;
			for (const id of rest) {
				const container = byId(id);
				if (!container) {
					await call.err(`Error: No such container: ${id}\n`);
					status = 1;
				} else if (verb === "rm") containers.remove(container);
				else containers.stop(container);
				if (container) await call.out(`${id}\n`);
			}
			return status;
		}
		default:
			await call.err(`docker: '${verb}' is not a docker command.\n`);
			return 1;
	}
};

async function inspect(call: Invocation, names: readonly string[], template: string): Promise<number> {
	const { docker: images } = call.machine.containers.images;
	let status = 0;
	for (const name of names) {
		const found = [...images].find(([key, image]) => key === name || image.id === name);
		if (!found) {
			await call.err(`Error: No such image: ${name}\n`);
			status = 1;
			continue;
		}
		const [key, image] = found;
		const tags = [...images].filter(([, other]) => other.id === image.id).map(([tag]) => tag);
		await call.out(
			`${rendered(template, { Id: image.id, Size: image.sizeBytes, RepoTags: tags.length > 0 ? tags : [key], RepoDigests: [] })}\n`,
		);
	}
	return status;
}
