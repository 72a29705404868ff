import { lstat, mkdir, open, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runcWrapper } from "./base-root.ts";
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

/** What a disk is made of. */
interface Make {
	/** Read-only; the first one wins. */
	layers: readonly string[];
	/** A file system of its own (ext4 in a file beside the folder), so that a power cut can lose what was not written to it. */
	own: boolean;
}

/** As much as an own file system may ever hold; the file takes what is written. */
const OWN_BYTES = 6 * 1024 ** 3;
const imageOf = (disk: Disk) => `${disk.folder}.img`;

/** Makes and mounts a fresh disk. What lay there before must be gone (`removeDisk`). */
export async function makeDisk(disk: Disk, { layers, own }: Make, prepare: (root: string) => Promise<void>): Promise<void> {
	await mkdir(disk.folder, { recursive: true });
	if (own) {
		const image = await open(imageOf(disk), "w");
		await image.truncate(OWN_BYTES).finally(() => image.close());
		await must("mkfs.ext4", ["-q", "-F", imageOf(disk)]);
		await mountOwn(disk);
	}
	for (const name of ["upper", "work", "root", "docker", "containerd"]) await mkdir(join(disk.folder, name), { recursive: true });
	await mountRoot(disk, layers);
	await prepare(disk.root);
}

async function mountOwn(disk: Disk): Promise<void> {
	// A device of its own each time: one that was there before may belong to a file system that is dead.
	const device = (await must("losetup", ["--find", "--show", imageOf(disk)])).trim();
	try {
		await must("mount", [device, disk.folder]);
	} finally {
		// Goes with the mount.
		await must("losetup", ["--detach", device]);
	}
}

async function mountRoot(disk: Disk, layers: readonly string[]): Promise<void> {
	const options = `lowerdir=${layers.join(":")},upperdir=${join(disk.folder, "upper")},workdir=${join(disk.folder, "work")}`;
	await must("mount", ["-t", "overlay", "-o", options, "overlay", disk.root]);
}

/** ext4's own "go down, and flush nothing": FS_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH. perl is a part of every Debian. */
const GO_DOWN = 'open(my $f, "<", $ARGV[0]) or die "$!"; my $how = pack("L", 2); ioctl($f, 0x8004587d, $how) or die "$!"';

/**
 * What a power cut leaves of a disk of its own: what had reached it, with its journal played back; not what only the memory held. No
 * process of the node may run any more.
 */
export async function loseUnwritten(disk: Disk, layers: readonly string[]): Promise<void> {
	const device = (await must("findmnt", ["-n", "-o", "SOURCE", disk.folder])).trim();
	await must("perl", ["-e", GO_DOWN, disk.folder]);
	await unmountAll(disk);
	// The dead file system lives for as long as any view of the machine's mounts holds it, and may not write a thing any more: what its
	// journal had taken goes to its place now.
	await run("blockdev", ["--flushbufs", device]);
	await mountOwn(disk);
	await mountRoot(disk, layers);
}

/**
 * Puts the real runc behind the wrapper that lifts negative OOM scores, where this machine has no CAP_SYS_RESOURCE, and `withoutCpu` where
 * it has no controller for the node. A node on an unrestricted machine keeps the packaged program.
 */
export async function wrapRunc(root: string, { withoutCpu }: { withoutCpu: boolean }): Promise<void> {
	const status = await readFile("/proc/self/status", "utf8");
	const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
	const CAP_SYS_RESOURCE = 24n;
	if (((bounding >> CAP_SYS_RESOURCE) & 1n) === 1n && !withoutCpu) return;
	const program = (await lstat(join(root, "usr/sbin/runc")).catch(() => undefined)) ? "usr/sbin/runc" : "usr/bin/runc";
	await rename(join(root, program), join(root, "usr/lib/fleet/runc"));
	const wrapper = "/usr/lib/fleet/runc-wrapper";
	if (withoutCpu) await writeFile(join(root, wrapper), runcWrapper({ withoutCpu }), { mode: 0o755 });
	await symlink(wrapper, join(root, program));
}

/** Unmounts and deletes a node's disk. Idempotent; the node's processes must have ended. */
export async function removeDisk(disk: Disk): Promise<void> {
	await unmountAll(disk);
	await rm(disk.folder, { recursive: true, force: true });
	await rm(imageOf(disk), { force: true });
}

async function unmountAll(disk: Disk): Promise<void> {
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
}

/** All mount points at or below a folder, parents first. */
export async function mountsBelow(folder: string): Promise<string[]> {
	const lines = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
	return lines.map((line) => line.split(" ")[4] ?? "").filter((point) => point === folder || point.startsWith(`${folder}/`));
}
