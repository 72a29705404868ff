import { lstat, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { must, run, until } from "./process.ts";

/** A node's disk: an overlay of the shared base for the root, and plain folders where an overlay cannot lie on an overlay. */
export interface Disk {
	folder: string;
	root: string;
	/** systemd-nspawn's `--bind` arguments. */
	binds: string[];
}

/** The disk of a node below the fleet's folder of disks. Makes nothing. */
export function diskOf(disksDir: string, node: string): Disk {
	const folder = join(disksDir, node);
	return {
		folder,
		root: join(folder, "root"),
		binds: ["docker", "containerd"].map((name) => `--bind=${join(folder, name)}:/var/lib/${name}`),
	};
}

/** Makes and mounts a fresh disk over `layers` (the first one wins). What lay there before must be gone (`removeDisk`). */
export async function makeDisk(disk: Disk, layers: readonly string[], prepare: (root: string) => Promise<void>): Promise<void> {
	for (const name of ["upper", "work", "root", "docker", "containerd"]) await mkdir(join(disk.folder, name), { recursive: true });
	const options = `lowerdir=${layers.join(":")},upperdir=${join(disk.folder, "upper")},workdir=${join(disk.folder, "work")}`;
	await must("mount", ["-t", "overlay", "-o", options, "overlay", disk.root]);
	await prepare(disk.root);
}

/**
 * Puts the real runc behind the wrapper that lifts negative OOM scores, where this machine has no CAP_SYS_RESOURCE.
 * A node on an unrestricted machine keeps the packaged program.
 */
export async function wrapRunc(root: string): Promise<void> {
	const status = await readFile("/proc/self/status", "utf8");
	const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
	const CAP_SYS_RESOURCE = 24n;
	if (((bounding >> CAP_SYS_RESOURCE) & 1n) === 1n) return;
	const program = (await lstat(join(root, "usr/sbin/runc")).catch(() => undefined)) ? "usr/sbin/runc" : "usr/bin/runc";
	await rename(join(root, program), join(root, "usr/lib/fleet/runc"));
	await symlink("/usr/lib/fleet/runc-wrapper", join(root, program));
}

/** Unmounts and deletes a node's disk. Idempotent; the node's processes must have ended. */
export async function removeDisk(disk: Disk): Promise<void> {
	await until(
		`unmounting of ${disk.folder}`,
		15_000,
		async () => {
			const points = await mountsBelow(disk.folder);
			for (const point of points.reverse()) await run("umount", [point]);
			return (await mountsBelow(disk.folder)).length === 0 ? true : undefined;
		},
		async () => (await mountsBelow(disk.folder)).join("\n"),
	);
	await rm(disk.folder, { recursive: true, force: true });
}

/** All mount points at or below a folder, parents first. */
export async function mountsBelow(folder: string): Promise<string[]> {
	const lines = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
	return lines.map((line) => line.split(" ")[4] ?? "").filter((point) => point === folder || point.startsWith(`${folder}/`));
}
