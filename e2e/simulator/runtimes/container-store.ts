import { createHash, randomBytes } from "node:crypto";
import { newFile, newSocket } from "../kernel/inode.ts";
import type { PlainProcess } from "../kernel/process-table.ts";
import type { Machine } from "../machine/machine.ts";

export type Engine = "docker" | "containerd";

export interface Image {
	/** `sha256:…`, of its configuration. */
	id: string;
	sizeBytes: number;
}

export interface Container {
	id: string;
	engine: Engine;
	/** Docker's name; containerd has none. */
	name: string;
	image: string;
	kind: "sandbox" | "container" | "plain";
	pod: { uid: string; name: string; namespace: string; hostNetwork: boolean } | undefined;
	/** The container's own name within its pod. */
	role: string;
	sandboxId: string;
	command: string[];
	state: "created" | "running" | "exited";
	startedAt: string;
	process: PlainProcess | undefined;
	shim: PlainProcess | undefined;
	/** What its first process started in the background. */
	children: PlainProcess[];
	/** Inode of its network namespace, of which a sandbox has one. */
	netns: number;
	/** Comes back when Docker starts. */
	restarts: boolean;
	ip: string;
}

/** The id an image has wherever it lies: by its name, since nothing here has layers. */
export function imageId(name: string): string {
	return `sha256:${createHash("sha256").update(`image ${name}`).digest("hex")}`;
}

const HOST_NETNS = 4_026_531_992;

/** What the two engines hold on disk, and the processes of what runs. Outlives the daemons, as shims and data folders do. */
export class ContainerStore {
	readonly images: Record<Engine, Map<string, Image>> = { docker: new Map(), containerd: new Map() };
	readonly containers: Record<Engine, Map<string, Container>> = { docker: new Map(), containerd: new Map() };
	/** Labels of containerd's images. */
	readonly labels = new Map<string, Map<string, string>>();
	/** What answers now; undefined while the daemon does not run. */
	docker: { version: string; cgroupDriver: string } | undefined;
	criDocker: { version: string } | undefined;
	containerd:
		| { version: string; cri: "ok" | "absent" | "error"; sandboxImage: string; systemdCgroup: boolean; binDir: string; confDir: string }
		| undefined;

	/** containerd's CRI plugin does not come up, whatever its file says: its snapshotter or its network is broken. */
	criBroken = false;

	constructor(private readonly machine: Machine) {}

	makeSocket(path: string): void {
		const { fs } = this.machine;
		const folder = fs.makeFolders(path.slice(0, path.lastIndexOf("/")) || "/");
		const name = path.slice(path.lastIndexOf("/") + 1);
		if (folder.entries.get(name)?.kind !== "folder") fs.link(folder, name, newSocket(folder.volume));
	}

	addImage(engine: Engine, name: string, sizeBytes: number): Image {
		const image = { id: imageId(name), sizeBytes };
		if (!this.images[engine].has(name)) this.machine.disk.take(sizeBytes);
		this.images[engine].set(name, image);
		return image;
	}

	removeImage(engine: Engine, name: string): boolean {
		const image = this.images[engine].get(name);
		if (!image) return false;
		this.machine.disk.take(-image.sizeBytes);
		return this.images[engine].delete(name);
	}

	create(
		init: Omit<Container, "id" | "state" | "startedAt" | "process" | "shim" | "children" | "netns" | "ip"> & { id?: string },
	): Container {
		const id = init.id ?? randomBytes(32).toString("hex");
		const container: Container = {
			...init,
			id,
			state: "created",
			startedAt: "",
			process: undefined,
			shim: undefined,
			children: [],
			netns: HOST_NETNS,
			ip: "",
		};
		this.containers[init.engine].set(id, container);
		return container;
	}

	/** Starts its process in its pod's cgroup, and the shim that outlives the daemon. */
	start(container: Container, cgroupDriver: string): void {
		const { machine } = this;
		const sandbox = this.containers[container.engine].get(container.sandboxId);
		if (container.kind === "sandbox" && !container.pod?.hostNetwork) container.netns = this.newNamespace(container);
		else if (sandbox) container.netns = sandbox.netns;
		container.state = "running";
		container.startedAt = new Date().toISOString();
		const argv = container.kind === "sandbox" ? ["/pause"] : container.command;
		const cgroup = cgroupOf(container, cgroupDriver);
		container.process = this.plain(argv, argv[0] ?? "", cgroup, container.netns, () => this.exited(container));
		container.children = background(argv).map((words) => this.plain(words, words[0] ?? "", cgroup, container.netns, () => {}));
		if (container.engine === "containerd" && container.kind === "container") return;
		const namespace = container.engine === "docker" ? "moby" : "k8s.io";
		const shim = [
			"/usr/bin/containerd-shim-runc-v2",
			"-namespace",
			namespace,
			"-id",
			container.id,
			"-address",
			"/run/containerd/containerd.sock",
		];
		container.shim = this.plain(shim, "/usr/bin/containerd-shim-runc-v2", "/system.slice/containerd.service", HOST_NETNS, () => {});
		machine.journal.write("containerd.service", `starting signal loop namespace=${namespace} id=${container.id.slice(0, 12)}`);
	}

	/** Of a number that no other has; containerd keeps it mounted by a file of its own. */
	private newNamespace(container: Container): number {
		const { fs, disk } = this.machine;
		if (container.engine === "docker") return newFile(disk, Buffer.alloc(0)).ino;
		return fs.put(`/run/netns/cni-${container.id.slice(0, 8)}-${container.id.slice(8, 12)}`, "", 0o444).ino;
	}

	private plain(argv: string[], exe: string, cgroup: string, netns: number, ended: () => void): PlainProcess {
		const { processes } = this.machine;
		const process: PlainProcess = {
			pid: processes.nextPid(),
			ppid: 1,
			argv,
			exe,
			cgroup,
			netns,
			signal: (signal) => {
				if (signal === 0) return;
				processes.remove(process);
				ended();
			},
		};
		processes.add(process);
		return process;
	}

	private exited(container: Container): void {
		container.state = "exited";
		container.process = undefined;
		// With the first process of a pid namespace go all others.
		for (const child of container.children.splice(0)) child.signal(9);
		// A pod's containerd shim stays for the pod; a Docker container's goes with it.
		if (container.engine === "docker") this.endShim(container);
	}

	private endShim(container: Container): void {
		container.shim?.signal(9);
		container.shim = undefined;
	}

	stop(container: Container): void {
		container.process?.signal(15);
		container.state = "exited";
		container.process = undefined;
	}

	remove(container: Container): void {
		this.stop(container);
		this.endShim(container);
		this.containers[container.engine].delete(container.id);
		const { fs } = this.machine;
		const netns = `/run/netns/cni-${container.id.slice(0, 8)}-${container.id.slice(8, 12)}`;
		if (container.engine === "containerd" && fs.find(netns, false)) fs.unlink(netns);
	}

	list(engine: Engine): Container[] {
		return [...this.containers[engine].values()];
	}

	/** Nothing runs after a boot; what lies on disk stays. */
	powerLost(): void {
		this.docker = undefined;
		this.criDocker = undefined;
		this.containerd = undefined;
		for (const engine of ["docker", "containerd"] as const) {
			for (const container of this.list(engine)) {
				container.process = undefined;
				container.shim = undefined;
				container.children = [];
				if (container.state === "running") container.state = "exited";
			}
		}
	}
}

/** `sh -c "… sleep 1000 & wait"` has the sleep beside it. */
function background(argv: readonly string[]): string[][] {
	const found = /([^;&|]+) & wait\b/.exec(argv[1] === "-c" ? (argv[2] ?? "") : "");
	return found?.[1] === undefined ? [] : [found[1].trim().split(/\s+/)];
}

/** As the kubelet and the runtimes name them, by the cgroup driver. */
function cgroupOf(container: Container, driver: string): string {
	if (!container.pod) return driver === "systemd" ? `/system.slice/docker-${container.id}.scope` : `/docker/${container.id}`;
	if (driver !== "systemd") return `/kubepods/besteffort/pod${container.pod.uid}/${container.id}`;
	const slice = `kubepods-besteffort-pod${container.pod.uid.replaceAll("-", "_")}.slice`;
	const prefix = container.engine === "docker" ? "docker" : "cri-containerd";
	return `/kubepods.slice/kubepods-besteffort.slice/${slice}/${prefix}-${container.id}.scope`;
}
