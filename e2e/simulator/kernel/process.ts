import type { Machine } from "../machine/machine.ts";
import { Errno } from "./errno.ts";
import { type Inode, newFolder } from "./inode.ts";
import { FileHandle, type OpenFile } from "./open-file.ts";
import { Killed, type Scope } from "./scope.ts";

/** A cgroup path as the kernel shows it, such as `/system.slice/kubelet.service`. */
export type Cgroup = string;

export interface ProcessInit {
	argv: string[];
	env: Map<string, string>;
	cwd: string;
	scope: Scope;
	cgroup: Cgroup;
	ppid: number;
	uid: number;
	umask: number;
	/** Real seconds that one of its seconds takes: `sleep` and `timeout` of services run faster than the wall clock. */
	pace: number;
	exe: string;
}

/** One process of a node: descriptors, environment, and the scope that can end it. */
export class Process {
	readonly pid: number;
	argv: string[];
	env: Map<string, string>;
	cwd: string;
	scope: Scope;
	cgroup: Cgroup;
	readonly ppid: number;
	uid: number;
	umask: number;
	readonly pace: number;
	exe: string;
	/** Inode number of its network namespace, as /proc/<pid>/ns/net shows it. */
	netns = 4026531992;
	readonly files = new Map<number, OpenFile>();
	/** What TERM and the like do; without one they end the scope. */
	onSignal: ((signal: number) => void) | undefined;
	/** Signals that a shell ignores by `trap '' …`. */
	ignored = new Set<number>();

	constructor(
		readonly machine: Machine,
		init: ProcessInit,
	) {
		this.pid = machine.processes.nextPid();
		this.argv = init.argv;
		this.env = init.env;
		this.cwd = init.cwd;
		this.scope = init.scope;
		this.cgroup = init.cgroup;
		this.ppid = init.ppid;
		this.uid = init.uid;
		this.umask = init.umask;
		this.pace = init.pace;
		this.exe = init.exe;
		machine.processes.add(this);
	}

	/** A child that has the same descriptors. */
	fork(change: Partial<ProcessInit> = {}): Process {
		const { machine, argv, env, cwd, scope, cgroup, uid, umask, pace, exe } = this;
		const child = new Process(machine, {
			argv,
			env: change.env ?? new Map(env),
			cwd,
			scope,
			cgroup,
			ppid: this.pid,
			uid,
			umask,
			pace,
			exe,
			...change,
		});
		for (const [fd, file] of this.files) child.files.set(fd, file.acquire());
		child.netns = this.netns;
		if (this.ignored.size > 0) child.ignored = new Set(this.ignored);
		return child;
	}

	/** Closes everything; the pid is free. */
	end(): void {
		for (const fd of this.files.keys()) this.close(fd);
		this.machine.processes.remove(this);
	}

	file(fd: number): OpenFile {
		const file = this.files.get(fd);
		if (file === undefined) throw new Errno("EBADF");
		return file;
	}

	/** Puts an open file at a descriptor; what was there is closed. */
	install(fd: number, file: OpenFile): void {
		const before = this.files.get(fd);
		this.files.set(fd, file.acquire());
		before?.release();
	}

	close(fd: number): void {
		const file = this.files.get(fd);
		this.files.delete(fd);
		file?.release();
	}

	/** Writes; a broken pipe ends the process unless it ignores that. */
	write(fd: number, text: string | Buffer): void | Promise<void> {
		const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : text;
		const failed = (error: unknown) => {
			if (error instanceof Errno && error.code === "EPIPE" && !this.ignored.has(13)) throw new Killed(13);
			throw error;
		};
		try {
			return this.file(fd).write(bytes)?.catch(failed);
		} catch (error) {
			failed(error);
		}
	}

	resolve(path: string): string {
		return path.startsWith("/") ? path : `${this.cwd === "/" ? "" : this.cwd}/${path}`;
	}

	/** open(2) for a redirection or a tool. */
	open(path: string, how: "read" | "write" | "append" | "both"): OpenFile {
		const full = this.resolve(path);
		const { fs } = this.machine;
		if (how === "read") {
			const inode: Inode = fs.get(full);
			if (inode.kind === "folder") throw new Errno("EISDIR");
			if (inode.kind !== "file") throw new Errno("ENXIO");
			return new FileHandle(inode, { read: true, write: false, append: false });
		}
		const inode = fs.openFile(full, { create: true, mode: 0o666 & ~this.umask });
		inode.volume.checkWritable();
		if (how === "write") inode.content.truncate();
		return new FileHandle(inode, { read: how === "both", write: true, append: how === "append" });
	}

	readFile(path: string): Buffer {
		return this.machine.fs.read(this.resolve(path));
	}

	makeFolder(path: string, mode?: number): void {
		const place = this.machine.fs.locate(this.resolve(path), false);
		if (place.inode !== undefined) throw new Errno("EEXIST");
		this.machine.fs.link(place.parent, place.name, newFolder(place.parent.volume, mode ?? 0o777 & ~this.umask));
	}

	/** Seconds of the node's own time. */
	sleep(seconds: number): Promise<void> {
		return this.scope.sleep((seconds * 1000) / this.pace);
	}

	/** kill(2) as another process sees it. */
	signal(signal: number): void {
		if (signal === 0 || this.ignored.has(signal)) return;
		if (signal !== 9 && this.onSignal) this.onSignal(signal);
		else this.scope.kill(signal);
	}
}
