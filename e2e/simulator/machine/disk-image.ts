import { type FolderInode, type Inode, newFile, newFolder, newLink } from "../kernel/inode.ts";
import type { Container, ContainerStore } from "../runtimes/container-store.ts";
import type { Machine } from "./machine.ts";

type Kept = { mode: number; uid: number; gid: number; mtimeMs: number } & (
	| { kind: "file"; bytes: Buffer }
	| { kind: "link"; target: string }
	| { kind: "folder"; entries: [name: string, kept: Kept][] }
);

/** What a machine that is off has on its disk: its files, and what its runtimes keep. Another may begin with it. */
export interface DiskImage {
	root: Kept;
	containers: Pick<ContainerStore, "images" | "labels"> & { list: Container[] };
}

/** Of a machine that is off. */
export function diskImage({ fs, disk, containers }: Machine): DiskImage {
	const { images, labels } = containers;
	const kept = keep(fs.root, (inode) => inode.volume === disk);
	if (!kept) throw new Error("the machine has no disk");
	return structuredClone({
		root: kept,
		containers: { images, labels, list: [...containers.list("docker"), ...containers.list("containerd")] },
	});
}

function keep(inode: Inode, isOnDisk: (inode: Inode) => boolean): Kept | undefined {
	if (!isOnDisk(inode) || inode.kind === "socket") return undefined;
	const { mode, uid, gid, mtimeMs } = inode;
	const common = { mode, uid, gid, mtimeMs };
	if (inode.kind === "file") return { ...common, kind: "file", bytes: Buffer.from(inode.content.bytes()) };
	if (inode.kind === "link") return { ...common, kind: "link", target: inode.target };
	const entries = inode.entries.names().flatMap((name): [string, Kept][] => {
		const found = inode.entries.get(name);
		const kept = found && keep(found, isOnDisk);
		return kept ? [[name, kept]] : [];
	});
	return { ...common, kind: "folder", entries };
}

/** The machine, which must not have been booted yet, has this on its disk and nothing of what was there. */
export function putDisk(machine: Machine, image: DiskImage): void {
	const { fs, disk, containers } = machine;
	if (image.root.kind !== "folder") throw new Error("a disk is a folder");
	for (const name of fs.root.entries.names()) if (fs.root.entries.get(name)?.volume === disk) fs.removeTree(`/${name}`);
	for (const engine of ["docker", "containerd"] as const) {
		for (const name of containers.images[engine].keys()) containers.removeImage(engine, name);
		for (const [name, { sizeBytes }] of image.containers.images[engine]) containers.addImage(engine, name, sizeBytes);
		containers.containers[engine].clear();
	}
	containers.labels.clear();
	for (const [name, labels] of image.containers.labels) containers.labels.set(name, new Map(labels));
	for (const container of structuredClone(image.containers.list)) containers.containers[container.engine].set(container.id, container);
	fill(machine, fs.root, image.root.entries);
}

function fill(machine: Machine, folder: FolderInode, entries: readonly [string, Kept][]): void {
	for (const [name, kept] of entries) {
		const inode = made(machine, kept);
		const { mode, uid, gid, mtimeMs } = kept;
		machine.fs.link(folder, name, Object.assign(inode, { mode, uid, gid, mtimeMs }));
		if (inode.kind !== "folder" || kept.kind !== "folder") continue;
		fill(machine, inode, kept.entries);
		inode.mtimeMs = mtimeMs;
	}
}

function made({ disk }: Machine, kept: Kept): Inode {
	if (kept.kind === "file") return newFile(disk, Buffer.from(kept.bytes));
	return kept.kind === "link" ? newLink(disk, kept.target) : newFolder(disk);
}
