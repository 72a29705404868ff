import { randomUUID } from "node:crypto";
import type { Machine } from "../machine/machine.ts";
import { type Entries, type FolderInode, type Inode, MadeEntries, madeFile, newFolder, newLink } from "./inode.ts";
import type { PlainProcess } from "./process-table.ts";
import { Volume } from "./volume.ts";

/** /proc: the processes, and the few files that scripts read. */
export function procFolder(machine: Machine): FolderInode {
	const volume = new Volume("proc", "/proc", "proc", 0, 0);
	const file = (make: () => string) => madeFile(volume, make);
	const folder = (entries: Record<string, Inode>) => newFolder(volume, 0o555, new MadeEntries(() => new Map(Object.entries(entries))));
	const uptime = () => {
		const now = machine.clock.uptime().toFixed(2);
		return `${now} ${now}\n`;
	};
	const fixed: Record<string, Inode> = {
		uptime: file(uptime),
		mounts: file(() => machine.mounts()),
		swaps: file(() => "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n"),
		locks: file(() => ""),
		meminfo: file(() => "MemTotal:        8167848 kB\nMemFree:         4096000 kB\n"),
		sys: folder({
			kernel: folder({
				hostname: file(() => `${machine.name}\n`),
				osrelease: file(() => `${machine.profile.kernel}\n`),
				random: folder({ boot_id: file(() => `${machine.bootId}\n`), uuid: file(() => `${randomUUID()}\n`) }),
			}),
		}),
	};
	return newFolder(volume, 0o555, new ProcEntries(machine, fixed, volume));
}

class ProcEntries implements Entries {
	constructor(
		private readonly machine: Machine,
		private readonly fixed: Readonly<Record<string, Inode>>,
		private readonly volume: Volume,
	) {}

	get(name: string): Inode | undefined {
		if (!/^\d+$/.test(name)) return this.fixed[name];
		const process = this.machine.processes.get(Number(name));
		return process && this.folderOf(process);
	}

	names(): string[] {
		return [...this.machine.processes.all().map(({ pid }) => String(pid)), ...Object.keys(this.fixed)];
	}

	set(): void {}

	delete(): void {}

	private folderOf(process: PlainProcess): Inode {
		const { volume, machine } = this;
		const file = (make: () => string) => madeFile(volume, make);
		const comm = (process.exe || process.argv[0] || "").split("/").at(-1)?.slice(0, 15) ?? "";
		const entries = (): ReadonlyMap<string, Inode> =>
			new Map<string, Inode>([
				["cmdline", file(() => process.argv.map((word) => `${word}\0`).join(""))],
				["comm", file(() => `${comm}\n`)],
				["stat", file(() => `${process.pid} (${comm}) S ${process.ppid} 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0\n`)],
				["cgroup", file(() => cgroupLines(machine, process.cgroup))],
				["exe", newLink(volume, process.exe)],
				[
					"ns",
					newFolder(volume, 0o555, new MadeEntries(() => new Map<string, Inode>([["net", newLink(volume, `net:[${process.netns}]`)]]))),
				],
			]);
		return newFolder(volume, 0o555, new MadeEntries(entries));
	}
}

function cgroupLines(machine: Machine, path: string): string {
	if (machine.profile.cgroup === "v2") return `0::${path}\n`;
	return `4:memory:${path}\n3:pids:${path}\n1:name=systemd:${path}\n`;
}

/** /sys/fs/cgroup by what runs: one tree, or one for each controller of version 1. */
export function cgroupFolder(machine: Machine): FolderInode {
	const volume = new Volume("cgroup", "/sys/fs/cgroup", "cgroup2", 0, 0);
	const tree = () => subtree(machine, volume, "");
	if (machine.profile.cgroup === "v2") return newFolder(volume, 0o555, new MadeEntries(tree));
	const controllers = ["memory", "pids", "systemd"].map((name): [string, Inode] => [name, newFolder(volume, 0o555, new MadeEntries(tree))]);
	return newFolder(volume, 0o555, new MadeEntries(() => new Map(controllers)));
}

function subtree(machine: Machine, volume: Volume, path: string): ReadonlyMap<string, Inode> {
	const names = new Set<string>();
	const here: number[] = [];
	for (const { pid, cgroup } of machine.processes.all()) {
		if (cgroup === path || (path === "" && cgroup === "/")) here.push(pid);
		else if (cgroup.startsWith(`${path}/`)) names.add(cgroup.slice(path.length + 1).split("/", 1)[0] ?? "");
	}
	const entries = new Map<string, Inode>();
	for (const name of names) entries.set(name, newFolder(volume, 0o555, new MadeEntries(() => subtree(machine, volume, `${path}/${name}`))));
	entries.set(
		"cgroup.procs",
		madeFile(volume, () => here.map((pid) => `${pid}\n`).join("")),
	);
	return entries;
}
