import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./cache.ts";
import { until } from "./process.ts";

/** The folders, one per cgroup hierarchy of this machine, that a cgroup called `name` would have. Makes nothing. */
export async function cgroupFolders(name: string): Promise<string[]> {
	return (await ownCgroups()).map((folder) => join(folder, name));
}

/** Makes a node's cgroup in every hierarchy below the fleet's folders, and returns the node's folders. Idempotent. */
export async function makeNodeCgroups(fleetFolders: readonly string[], child: string): Promise<string[]> {
	const folders: string[] = [];
	for (const folder of fleetFolders) {
		await makeCgroup(folder);
		await makeCgroup(join(folder, child));
		folders.push(join(folder, child));
	}
	return folders;
}

async function makeCgroup(folder: string): Promise<void> {
	const parent = join(folder, "..");
	// A unified hierarchy hands its controllers down only where asked; it is refused in a cgroup that holds processes.
	if (await exists(join(parent, "cgroup.subtree_control"))) {
		const controllers = (await readFile(join(parent, "cgroup.controllers"), "utf8")).trim().split(" ").filter(Boolean);
		for (const controller of controllers) await writeFile(join(parent, "cgroup.subtree_control"), `+${controller}`).catch(() => undefined);
	}
	await mkdir(folder, { recursive: true });
	for (const file of ["cpuset.cpus", "cpuset.mems"]) {
		// A new v1 cpuset is empty and takes no process.
		if ((await exists(join(folder, file))) && (await exists(join(folder, "tasks")))) {
			await writeFile(join(folder, file), await readFile(join(parent, file), "utf8"));
		}
	}
}

/** All processes in the cgroup and below it. */
export async function processesIn(folder: string): Promise<number[]> {
	if (!(await exists(folder))) return [];
	const own = await readFile(join(folder, "cgroup.procs"), "utf8").catch(() => "");
	const pids = own.split("\n").filter(Boolean).map(Number);
	for (const child of await childrenOf(folder)) pids.push(...(await processesIn(child)));
	return pids;
}

/** Kills everything in the cgroups, then removes them, deepest first. Throws `fleet.timeout` if something survives 15 s. */
export async function removeCgroups(folders: readonly string[]): Promise<void> {
	for (const folder of folders) {
		await until(`end of the processes in ${folder}`, 15_000, async () => {
			const pids = (await processesIn(folder)).filter((pid) => pid > 1);
			for (const pid of pids) killQuietly(pid);
			return pids.length === 0 ? true : undefined;
		});
		await removeTree(folder);
	}
}

async function removeTree(folder: string): Promise<void> {
	if (!(await exists(folder))) return;
	for (const child of await childrenOf(folder)) await removeTree(child);
	// Busy for a moment after the last process's end.
	await until(
		`removal of ${folder}`,
		10_000,
		() =>
			rmdir(folder).then(
				() => true as const,
				async () => ((await exists(folder)) ? undefined : (true as const)),
			),
		undefined,
		50,
	);
}

async function childrenOf(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

function killQuietly(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch {
		// It ended by itself in the meantime.
	}
}

/** This process's own cgroup in every hierarchy; on a unified machine the root, since only there controllers can be passed on. */
async function ownCgroups(): Promise<string[]> {
	const mounts = (await readFile("/proc/self/mountinfo", "utf8")).split("\n").filter(Boolean).map(parseMount);
	const lines = (await readFile("/proc/self/cgroup", "utf8")).split("\n").filter(Boolean);
	const found: string[] = [];
	for (const line of lines) {
		const [, controllers = "", ...rest] = line.split(":");
		const path = rest.join(":");
		const unified = controllers === "";
		const mount = mounts.find((each) =>
			unified ? each.type === "cgroup2" : each.type === "cgroup" && controllers.split(",").every((name) => each.options.includes(name)),
		);
		if (!mount) continue;
		const only = unified && lines.length === 1;
		const below = path.startsWith(mount.root) ? path.slice(mount.root === "/" ? 0 : mount.root.length) : path;
		found.push(only ? mount.point : join(mount.point, below));
	}
	return found;
}

function parseMount(line: string): { root: string; point: string; type: string; options: string[] } {
	const [before = "", after = ""] = line.split(" - ");
	const [, , , root = "/", point = ""] = before.split(" ");
	const [type = "", , options = ""] = after.split(" ");
	return { root, point, type, options: options.split(",") };
}
