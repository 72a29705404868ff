import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { Errno, reason } from "../kernel/errno.ts";
import { FileSystem } from "../kernel/file-system.ts";
import { madeFile, newFolder } from "../kernel/inode.ts";
import { Capture, type OpenFile } from "../kernel/open-file.ts";
import { cgroupFolder, procFolder } from "../kernel/proc-fs.ts";
import { Process, type ProcessInit } from "../kernel/process.ts";
import { ProcessTable } from "../kernel/process-table.ts";
import { Killed, Scope } from "../kernel/scope.ts";
import { Volume } from "../kernel/volume.ts";
import { ContainerStore } from "../runtimes/container-store.ts";
import { Shell } from "../shell/shell.ts";
import { Journal } from "../systemd/journal.ts";
import { UnitManager } from "../systemd/manager.ts";
import { type Account, Accounts } from "./accounts.ts";
import { Clock } from "./clock.ts";
import type { PodSource } from "./pods.ts";
import type { Profile } from "./profile.ts";
import { Invocation, type Program, readStandIn } from "./program.ts";
import { PROGRAMS } from "./programs.ts";

export interface MachineOptions {
	name: string;
	profile: Profile;
	accounts: readonly Account[];
	/** Seconds of the node in one of ours: limits and waits of its services pass so much faster. Default 1. */
	pace?: number;
	/** Seconds that a sleep takes at least, as on a busy machine. Default 0. */
	leastSleepS?: number;
	/** How long it has been up, in seconds. Default 0. */
	upForS?: number;
	/** Default 100 GiB, 60 of them free. */
	disk?: { totalBytes: number; freeBytes: number };
	/** What the kubelet is told to run, and tells to. */
	pods: PodSource;
}

/** What curl gets for an address. */
export interface WebAnswer {
	status: number;
	body: string;
}

const GIB = 1024 ** 3;
export const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** One simulated host: its files, processes, units, and what its runtimes hold. Nothing of it is outside this object. */
export class Machine {
	readonly name: string;
	readonly profile: Profile;
	readonly accounts: Accounts;
	readonly clock: Clock;
	readonly leastSleepS: number;
	readonly fs: FileSystem;
	readonly disk: Volume;
	readonly processes = new ProcessTable();
	readonly journal = new Journal();
	readonly units: UnitManager;
	readonly containers: ContainerStore;
	readonly pods: PodSource;
	/** Who answers on a port of this host, for curl. */
	readonly listeners = new Map<number, () => number>();
	/** Who answers at addresses that this host reaches, with more than a status; the first that knows the address. */
	readonly web: ((url: URL, post: boolean) => WebAnswer | undefined)[] = [];
	/** Ends everything that runs when the machine goes down. */
	power = new Scope();
	bootId = randomUUID();
	forwardPolicy = "ACCEPT";
	/** Asked before a process becomes a program, which waits for the promise that is given back: one that never settles hangs it. */
	onExecute: ((process: Process) => void | Promise<void>) | undefined;
	state: "running" | "stopping" | "off" = "off";
	/** Called before and after a reboot: the SSH server drops its connections. */
	readonly onDown: (() => void)[] = [];

	constructor(options: MachineOptions) {
		this.name = options.name;
		this.profile = options.profile;
		this.accounts = new Accounts(options.accounts);
		this.leastSleepS = options.leastSleepS ?? 0;
		this.clock = new Clock(options.pace ?? 1, options.upForS ?? 0);
		const { totalBytes, freeBytes } = options.disk ?? { totalBytes: 100 * GIB, freeBytes: 60 * GIB };
		this.disk = new Volume("/dev/sda1", "/", "ext4", totalBytes, totalBytes - freeBytes);
		this.fs = new FileSystem(this.disk);
		this.pods = options.pods;
		this.units = new UnitManager(this);
		this.containers = new ContainerStore(this);
		this.mountKernelFolders();
	}

	private mountKernelFolders(): void {
		const { root } = this.fs;
		this.fs.link(root, "proc", procFolder(this));
		const sys = newFolder(new Volume("sysfs", "/sys", "sysfs", 0, 0));
		const cgroups = newFolder(sys.volume);
		cgroups.entries.set("cgroup", cgroupFolder(this));
		sys.entries.set("fs", cgroups);
		this.fs.link(root, "sys", sys);
		const dev = newFolder(new Volume("udev", "/dev", "devtmpfs", 0, 0));
		for (const name of ["null", "zero"]) {
			const file = madeFile(
				dev.volume,
				() => "",
				() => {},
			);
			file.device = true;
			file.mode = 0o666;
			dev.entries.set(name, file);
		}
		this.fs.link(root, "dev", dev);
		this.mountRun();
		this.fs.makeFolders("/tmp");
	}

	/** /run is empty after each boot. */
	private mountRun(): void {
		this.fs.link(this.fs.root, "run", newFolder(new Volume("tmpfs", "/run", "tmpfs", GIB, 0)));
		this.fs.makeFolders("/run/systemd/system");
		this.fs.makeFolders("/var");
		if (!this.fs.find("/var/run", false)) this.fs.putLink("/var/run", "/run");
	}

	mounts(): string {
		const cgroups =
			this.profile.cgroup === "v2"
				? ["cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0"]
				: [
						"tmpfs /sys/fs/cgroup tmpfs ro,nosuid,nodev,noexec,mode=755 0 0",
						"cgroup /sys/fs/cgroup/systemd cgroup rw,nosuid,nodev,noexec,relatime,name=systemd 0 0",
						"cgroup /sys/fs/cgroup/memory cgroup rw,nosuid,nodev,noexec,relatime,memory 0 0",
						"cgroup /sys/fs/cgroup/pids cgroup rw,nosuid,nodev,noexec,relatime,pids 0 0",
					];
		return `${[
			"/dev/sda1 / ext4 rw,relatime 0 0",
			"proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
			"sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0",
			"tmpfs /run tmpfs rw,nosuid,nodev,mode=755 0 0",
			...cgroups,
		].join("\n")}\n`;
	}

	/** Boots: every enabled unit starts. Resolves when the boot's own jobs are done. */
	async boot(): Promise<void> {
		this.state = "running";
		this.processes.clear();
		const init = this.newProcess({ argv: ["/sbin/init"], scope: this.power, cgroup: "/init.scope", exe: "/usr/lib/systemd/systemd" });
		init.ignored = new Set([1, 2, 9, 15]);
		await this.units.boot();
	}

	/** Everything ends at once, as when the power goes; with `orderly` units are stopped first. What was written stays. */
	async reboot(options: { orderly?: boolean } = {}): Promise<void> {
		this.state = "stopping";
		if (options.orderly) await this.units.stopAll();
		await this.powerOff();
		this.clock.reboot();
		await this.boot();
	}

	/** Ends everything and stays off. */
	async powerOff(): Promise<void> {
		this.state = "off";
		for (const tell of this.onDown) tell();
		this.power.kill(9);
		this.power = new Scope();
		this.containers.powerLost();
		this.listeners.clear();
		this.units.powerLost();
		this.processes.clear();
		this.bootId = randomUUID();
		this.forwardPolicy = "ACCEPT";
		// The next boot mounts it anew.
		this.disk.readOnly = false;
		this.mountRun();
		// What was killed ends in its own time.
		await new Promise((resolve) => setImmediate(resolve));
	}

	newProcess(init: Partial<ProcessInit> & { argv: string[]; scope: Scope }): Process {
		return new Process(this, {
			env: new Map([["PATH", PATH]]),
			cwd: "/",
			cgroup: "/system.slice",
			ppid: 1,
			uid: 0,
			umask: 0o022,
			pace: this.clock.pace,
			exe: "",
			...init,
		});
	}

	/** A process of the machine itself, with /dev/null as its descriptors. */
	private detached(argv: string[], scope: Scope, pace: number): Process {
		const process = this.newProcess({ argv, scope, pace });
		process.install(0, process.open("/dev/null", "read"));
		return process;
	}

	/** Runs a script as root and collects its output: for tests and for setting a node up. */
	async run(script: string): Promise<{ code: number; stdout: string; stderr: string }> {
		const process = this.detached(["sh"], new Scope(this.power), 1);
		const [out, err] = [new Capture(), new Capture()];
		process.install(1, out);
		process.install(2, err);
		try {
			const code = await Shell.start(process, "sh", []).run(Buffer.from(script, "utf8").toString("latin1"));
			return { code, stdout: out.bytes.toString("utf8"), stderr: err.bytes.toString("utf8") };
		} catch (error) {
			if (error instanceof Killed)
				return { code: 128 + error.signal, stdout: out.bytes.toString("utf8"), stderr: err.bytes.toString("utf8") };
			throw error;
		} finally {
			process.end();
		}
	}

	/** execve(2): the process becomes what lies at `path`. Gives the exit status; throws Killed. */
	async execute(process: Process, path: string): Promise<number> {
		const inode = this.fs.get(path);
		if (inode.kind !== "file") return 126;
		const bytes = inode.content.bytes();
		const known = readStandIn(bytes);
		// An uploaded crictl is a real program for a real machine: here it is always ours.
		const program: Program | undefined = known
			? PROGRAMS[known.program]
			: posix.basename(path) === "crictl"
				? PROGRAMS["crictl"]
				: undefined;
		process.exe = path;
		await this.onExecute?.(process);
		const call = new Invocation(process, process.argv.slice(1), known?.details);
		try {
			if (program) return await program(call);
			if (known !== undefined || bytes.subarray(0, 4).toString("latin1") === "\x7fELF") return await call.fail("Exec format error", 126);
			return await Shell.start(process, path, process.argv.slice(1)).run(bytes.toString("latin1"));
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			try {
				return await call.fail(`write error: ${reason(error)}`);
			} catch (again) {
				if (again instanceof Killed) throw again;
				return 1;
			}
		}
	}

	/** Where a command lies for a process, by its PATH. */
	lookUp(name: string, process: Process): string | undefined {
		const runs = (path: string) => {
			const inode = this.fs.find(path);
			return inode?.kind === "file" && (inode.mode & 0o111) !== 0;
		};
		if (name.includes("/")) return runs(process.resolve(name)) ? process.resolve(name) : undefined;
		return (process.env.get("PATH") ?? PATH)
			.split(":")
			.map((folder) => `${folder}/${name}`)
			.find(runs);
	}

	/** Runs a command as a child of `parent` and waits for it, as a tool like `timeout` does. */
	async spawn(parent: Process, words: string[], change: Partial<ProcessInit> & { files?: [number, OpenFile][] } = {}): Promise<number> {
		const { files = [], ...init } = change;
		const child = parent.fork({ argv: words, ...init });
		try {
			for (const [fd, file] of files) child.install(fd, file);
			const path = this.lookUp(words[0] ?? "", child);
			if (path === undefined) {
				await child.write(2, `${parent.argv[0] ?? ""}: failed to run command '${words[0] ?? ""}': No such file or directory\n`);
				return 127;
			}
			return await child.scope.race(this.execute(child, path));
		} catch (error) {
			if (!(error instanceof Killed)) throw error;
			parent.scope.check();
			return 128 + error.signal;
		} finally {
			child.end();
		}
	}
}
