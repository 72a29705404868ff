import { type Content, MadeContent, StoredContent } from "./content.ts";
import type { Volume } from "./volume.ts";

let lastInode = 1000;

interface Common {
	readonly ino: number;
	/** Permission bits. */
	mode: number;
	uid: number;
	gid: number;
	mtimeMs: number;
	readonly volume: Volume;
}

export interface FileInode extends Common {
	kind: "file";
	content: Content;
	/** True for /dev/null and its like. */
	device?: boolean;
}
export interface LinkInode extends Common {
	kind: "link";
	target: string;
}
export interface SocketInode extends Common {
	kind: "socket";
}
export interface FolderInode extends Common {
	kind: "folder";
	entries: Entries;
}
export type Inode = FileInode | LinkInode | SocketInode | FolderInode;

/** The names in a folder. A Map is one; /proc makes its own when asked. */
export interface Entries {
	get(name: string): Inode | undefined;
	names(): string[];
	set(name: string, inode: Inode): void;
	delete(name: string): void;
}

class StoredEntries implements Entries {
	private readonly map = new Map<string, Inode>();

	get(name: string): Inode | undefined {
		return this.map.get(name);
	}

	names(): string[] {
		return [...this.map.keys()].sort();
	}

	set(name: string, inode: Inode): void {
		this.map.set(name, inode);
	}

	delete(name: string): void {
		this.map.delete(name);
	}
}

/** A folder whose names come from a function: nothing can be made in it. */
export class MadeEntries implements Entries {
	constructor(private readonly list: () => ReadonlyMap<string, Inode>) {}

	get(name: string): Inode | undefined {
		return this.list().get(name);
	}

	names(): string[] {
		return [...this.list().keys()];
	}

	set(): void {}

	delete(): void {}
}

function common(volume: Volume, mode: number): Common {
	lastInode += 1;
	return { ino: lastInode, mode, uid: 0, gid: 0, mtimeMs: Date.now(), volume };
}

export function newFile(volume: Volume, bytes: Buffer, mode = 0o644): FileInode {
	return { ...common(volume, mode), kind: "file", content: new StoredContent(volume, bytes) };
}

export function newLink(volume: Volume, target: string): LinkInode {
	return { ...common(volume, 0o777), kind: "link", target };
}

export function newSocket(volume: Volume, mode = 0o660): SocketInode {
	return { ...common(volume, mode), kind: "socket" };
}

export function newFolder(volume: Volume, mode = 0o755, entries: Entries = new StoredEntries()): FolderInode {
	return { ...common(volume, mode), kind: "folder", entries };
}

/** A file whose bytes are made when read. */
export function madeFile(volume: Volume, make: () => Buffer | string, onWrite?: (bytes: Buffer) => void): FileInode {
	return { ...common(volume, onWrite ? 0o644 : 0o444), kind: "file", content: new MadeContent(make, onWrite) };
}
