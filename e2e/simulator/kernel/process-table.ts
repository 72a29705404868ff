import type { Process } from "./process.ts";

/** A process that only exists for others to see and end: a container's, a shim's. */
export interface PlainProcess {
	readonly pid: number;
	readonly ppid: number;
	readonly argv: readonly string[];
	readonly exe: string;
	readonly cgroup: string;
	readonly netns: number;
	signal(signal: number): void;
}

/** The processes of one boot, by pid. */
export class ProcessTable {
	private last = 0;
	private readonly map = new Map<number, PlainProcess | Process>();

	nextPid(): number {
		this.last += 1;
		return this.last;
	}

	add(process: PlainProcess | Process): void {
		this.map.set(process.pid, process);
	}

	remove(process: PlainProcess | Process): void {
		if (this.map.get(process.pid) === process) this.map.delete(process.pid);
	}

	get(pid: number): PlainProcess | Process | undefined {
		return this.map.get(pid);
	}

	all(): (PlainProcess | Process)[] {
		return [...this.map.values()];
	}

	clear(): void {
		this.map.clear();
		this.last = 0;
	}
}
