import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "./process.ts";

/** What a node takes: 3 systemd, 1 dbus, 5 kubelet. The controller manager takes one more. */
const PER_NODE = 9;
const PER_FLEET = 1;

/**
 * Throws `fleet.inotify` when this machine has too few inotify instances left for `nodes` more nodes. All hosts share root's
 * (128 by default, enough for 14 nodes); a kubelet that gets none dies with a long trace that does not say so.
 */
export async function requireInotify(nodes: number): Promise<void> {
	const limit = Number(await readFile("/proc/sys/fs/inotify/max_user_instances", "utf8"));
	const needed = nodes * PER_NODE + PER_FLEET;
	const used = await instancesInUse();
	if (used + needed > limit) {
		throw new FleetError(
			"fleet.inotify",
			`${nodes} nodes need ${needed} inotify instances; ${used} of ${limit} are in use. Take another fleet down, or raise fs.inotify.max_user_instances.`,
		);
	}
}

async function instancesInUse(): Promise<number> {
	const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
	const counts = await Promise.all(pids.map(instancesOf));
	return counts.reduce((sum, count) => sum + count, 0);
}

async function instancesOf(pid: string): Promise<number> {
	const folder = join("/proc", pid, "fd");
	const targets = await Promise.all((await readdir(folder).catch(() => [])).map((fd) => readlink(join(folder, fd)).catch(() => "")));
	return targets.filter((target) => target === "anon_inode:inotify").length;
}
