import { Errno } from "../kernel/errno.ts";
import type { Machine } from "../machine/machine.ts";
import type { PodReport, PodSpec } from "../machine/pods.ts";
import { attach, detach } from "./cni.ts";
import type { Container, Engine } from "./container-store.ts";
import { imageBytes } from "./image-size.ts";
import { numbers } from "./versions.ts";

/** How often a kubelet looks at its pods, in real milliseconds. */
const EVERY_MS = 250;

export interface PodSyncOptions {
	engine: Engine;
	driver: string;
	confDir: string;
	pause: string;
	version: string;
	statics: PodSpec[];
}

/** The part of the kubelet that runs pods: makes what is missing, ends what is not wanted, and reports. */
export class PodSync {
	private timer: ReturnType<typeof setInterval> | undefined;

	constructor(
		private readonly machine: Machine,
		private readonly options: PodSyncOptions,
	) {}

	start(): void {
		this.machine.pods.register?.(this.machine.name);
		this.timer = setInterval(() => this.round(), EVERY_MS);
		this.timer.unref();
		this.round();
	}

	stop(): void {
		clearInterval(this.timer);
	}

	private get containers(): Container[] {
		return this.machine.containers.list(this.options.engine).filter((container) => container.pod !== undefined);
	}

	/** False while the runtime does not answer: then nothing is changed, and the node is not ready. */
	private get answers(): boolean {
		const { docker, containerd } = this.machine.containers;
		return this.options.engine === "docker" ? docker !== undefined : containerd?.cri === "ok";
	}

	private round(): void {
		const wanted = [...this.machine.pods.podsOn(this.machine.name), ...this.options.statics];
		if (this.answers) {
			for (const pod of wanted) if (!pod.deleting) this.tryToRun(pod);
			this.clear(wanted);
		}
		this.report(wanted);
	}

	private clear(wanted: readonly PodSpec[]): void {
		const keep = new Set(wanted.filter((pod) => !pod.deleting).map((pod) => pod.uid));
		const held = new Set<string>();
		for (const container of this.containers) {
			const uid = container.pod?.uid ?? "";
			if (keep.has(uid)) continue;
			if (container.kind === "sandbox" && !this.detached(container)) held.add(uid);
			else this.machine.containers.remove(container);
		}
		for (const pod of wanted) if (pod.deleting && !held.has(pod.uid)) this.machine.pods.ended(this.machine.name, pod.uid);
	}

	/** A disk that takes nothing keeps a sandbox from giving its address back, and the pod from ending; tried again at the next round. */
	private detached(sandbox: Container): boolean {
		try {
			detach(this.machine, sandbox, this.options.confDir);
			return true;
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			this.machine.journal.write("kubelet.service", `Failed to stop sandbox ${sandbox.id}: ${error.message}`);
			return false;
		}
	}

	/** A disk that takes nothing keeps a pod from its sandbox; the kubelet tries again at its next round. */
	private tryToRun(pod: PodSpec): void {
		try {
			this.ensure(pod);
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			this.machine.journal.write("kubelet.service", `Failed to create sandbox for pod ${pod.name}: ${error.message}`);
		}
	}

	private ensure(pod: PodSpec): void {
		const { engine } = this.options;
		const own = this.containers.filter((container) => container.pod?.uid === pod.uid);
		let sandbox = own.find((container) => container.kind === "sandbox" && container.state === "running");
		if (!sandbox) {
			// A sandbox that fell: everything of the pod is made anew.
			for (const container of own) {
				if (container.kind === "sandbox") detach(this.machine, container, this.options.confDir);
				this.machine.containers.remove(container);
			}
			sandbox = this.make(pod, "sandbox", "POD", this.sandboxImage(), [], "");
			if (!sandbox) return;
			if (!pod.hostNetwork) attach(this.machine, sandbox, this.options.confDir);
		}
		for (const { name, image, command } of pod.containers) {
			if (own.some((container) => container.role === name && container.state === "running" && container.sandboxId === sandbox.id)) continue;
			for (const dead of own) if (dead.role === name && dead.state !== "running") this.machine.containers.remove(dead);
			this.make(pod, "container", name, engine === "containerd" ? fullName(image) : image, command, sandbox.id);
		}
	}

	private sandboxImage(): string {
		return this.options.engine === "containerd" ? (this.machine.containers.containerd?.sandboxImage ?? "") : this.options.pause;
	}

	private make(
		pod: PodSpec,
		kind: "sandbox" | "container",
		role: string,
		image: string,
		command: string[],
		sandboxId: string,
	): Container | undefined {
		const { containers } = this.machine;
		const { engine, driver } = this.options;
		// runc refuses a cgroup path of the other driver.
		if (engine === "containerd" && (containers.containerd?.systemdCgroup === true) !== (driver === "systemd")) return undefined;
		try {
			// One that nobody carried over comes from a registry.
			if (!containers.images[engine].has(image)) containers.addImage(engine, image, imageBytes(image));
		} catch {
			return undefined;
		}
		const name = engine === "docker" ? `k8s_${role}_${pod.name}_${pod.namespace}_${pod.uid}_0` : "";
		const { uid, namespace, hostNetwork } = pod;
		const container = containers.create({
			engine,
			name,
			image,
			kind,
			pod: { uid, name: pod.name, namespace, hostNetwork },
			role,
			sandboxId,
			command,
			restarts: false,
		});
		containers.start(container, driver);
		return container;
	}

	private report(wanted: readonly PodSpec[]): void {
		const { machine, options } = this;
		const { engine } = options;
		const daemon = engine === "docker" ? machine.containers.docker : machine.containers.containerd;
		if (!daemon) return;
		const version = engine === "docker" ? numbers(daemon.version).join(".") : daemon.version;
		const pods = wanted.map((pod): PodReport => {
			const own = this.containers.filter((container) => container.pod?.uid === pod.uid);
			return {
				uid: pod.uid,
				ip: own.find((container) => container.kind === "sandbox")?.ip ?? "",
				containers: own
					.filter((container) => container.kind === "container")
					.map(({ id, role, state, startedAt }) => ({
						name: role,
						containerId: `${engine}://${id}`,
						running: state === "running",
						startedAt,
					})),
			};
		});
		machine.pods.report(machine.name, {
			ready: this.answers,
			kubeletVersion: options.version,
			runtimeVersion: `${engine}://${version}`,
			bootId: machine.bootId,
			machineId: machine.fs.text("/etc/machine-id")?.trim() ?? "",
			osImage: /^PRETTY_NAME="(.*)"$/m.exec(machine.profile.osRelease)?.[1] ?? "",
			kernel: machine.profile.kernel,
			architecture: "amd64",
			at: new Date().toISOString(),
			pods,
			mirrors: options.statics,
		});
	}
}

function fullName(name: string): string {
	const first = name.split("/", 1)[0] ?? "";
	if (name.includes("/") && (/[.:]/.test(first) || first === "localhost")) return name;
	return name.includes("/") ? `docker.io/${name}` : `docker.io/library/${name}`;
}
