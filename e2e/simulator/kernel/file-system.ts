import { posix } from "node:path";
import { Errno } from "./errno.ts";
import { type FileInode, type FolderInode, type Inode, newFile, newFolder, newLink } from "./inode.ts";
import type { Volume } from "./volume.ts";

const MAX_LINKS = 20;

/** Where a path leads. `inode` is undefined where only the last name is missing. */
class Place {
	constructor(
		readonly parent: FolderInode,
		readonly name: string,
		readonly inode: Inode | undefined,
		private readonly folders: readonly string[],
	) {}

	/** The path with every symlink resolved. */
	get real(): string {
		return `/${[...this.folders, ...(this.name === "" ? [] : [this.name])].join("/")}`;
	}
}

function namesOf(path: string): string[] {
	return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** One node's tree of files, in memory. Paths are absolute; errors are Errno. */
export class FileSystem {
	readonly root: FolderInode;

	constructor(rootVolume: Volume) {
		this.root = newFolder(rootVolume);
	}

	/** Follows `path`; the last name too unless `follow` is false. Throws ENOENT, ENOTDIR, ELOOP. */
	locate(path: string, follow = true): Place {
		// Names that are still to go, the next one last.
		const pending = namesOf(path).reverse();
		const folders: FolderInode[] = [this.root];
		const names: string[] = [];
		const asFolder = path.endsWith("/");
		let links = 0;
		for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
			const here = folders.at(-1) ?? this.root;
			if (name === "..") {
				if (names.pop() !== undefined) folders.pop();
				continue;
			}
			const inode = here.entries.get(name);
			const last = pending.length === 0;
			if (inode === undefined) {
				if (last) return new Place(here, name, undefined, names);
				throw new Errno("ENOENT");
			}
			if (inode.kind === "link" && (!last || follow || asFolder)) {
				links += 1;
				if (links > MAX_LINKS) throw new Errno("ELOOP");
				if (inode.target.startsWith("/")) {
					folders.length = 1;
					names.length = 0;
				}
				pending.push(...namesOf(inode.target).reverse());
				continue;
			}
			if (last && (inode.kind !== "folder" || !asFolder)) {
				if (asFolder && inode.kind !== "folder") throw new Errno("ENOTDIR");
				return new Place(here, name, inode, names);
			}
			if (inode.kind !== "folder") throw new Errno("ENOTDIR");
			folders.push(inode);
			names.push(name);
		}
		const name = names.pop() ?? "";
		return new Place(folders.at(-2) ?? this.root, name, folders.at(-1) ?? this.root, names);
	}

	/** Throws ENOENT where there is nothing. */
	get(path: string, follow = true): Inode {
		const { inode } = this.locate(path, follow);
		if (inode === undefined) throw new Errno("ENOENT");
		return inode;
	}

	/** Undefined instead of every error. */
	find(path: string, follow = true): Inode | undefined {
		try {
			return this.locate(path, follow).inode;
		} catch {
			return undefined;
		}
	}

	folder(path: string): FolderInode {
		const inode = this.get(path);
		if (inode.kind !== "folder") throw new Errno("ENOTDIR");
		return inode;
	}

	read(path: string): Buffer {
		const inode = this.get(path);
		if (inode.kind === "folder") throw new Errno("EISDIR");
		if (inode.kind !== "file") throw new Errno("ENXIO");
		return inode.content.bytes();
	}

	/** The file's text as bytes in a string, or undefined where it cannot be read. */
	text(path: string): string | undefined {
		const inode = this.find(path);
		return inode?.kind === "file" ? inode.content.bytes().toString("latin1") : undefined;
	}

	/** The file at `path`, made where it is missing; its folder must exist. */
	openFile(path: string, options: { create: boolean; mode?: number }): FileInode {
		const place = this.locate(path);
		if (place.inode?.kind === "folder") throw new Errno("EISDIR");
		if (place.inode?.kind === "file") return place.inode;
		if (place.inode !== undefined) throw new Errno("ENXIO");
		if (!options.create) throw new Errno("ENOENT");
		const file = newFile(place.parent.volume, Buffer.alloc(0), options.mode ?? 0o644);
		this.link(place.parent, place.name, file);
		return file;
	}

	/** For setting a node up: folders are made on the way, what lies there is replaced. */
	put(path: string, text: string | Buffer, mode = 0o644): FileInode {
		const parent = this.makeFolders(posix.dirname(path));
		const file = newFile(parent.volume, typeof text === "string" ? Buffer.from(text, "utf8") : text, mode);
		this.link(parent, posix.basename(path), file);
		return file;
	}

	putLink(path: string, target: string): void {
		const parent = this.makeFolders(posix.dirname(path));
		this.link(parent, posix.basename(path), newLink(parent.volume, target));
	}

	makeFolders(path: string, mode = 0o755): FolderInode {
		const { inode, parent, name } = this.locateOrParents(path, mode);
		if (inode?.kind === "folder") return inode;
		if (inode !== undefined) throw new Errno("EEXIST");
		const folder = newFolder(parent.volume, mode);
		this.link(parent, name, folder);
		return folder;
	}

	private locateOrParents(path: string, mode: number): Place {
		try {
			return this.locate(path);
		} catch (error) {
			if (!(error instanceof Errno) || error.code !== "ENOENT") throw error;
			this.makeFolders(posix.dirname(path), mode);
			return this.locate(path);
		}
	}

	/** Makes a name lead to an inode; what it led to before is freed. */
	link(parent: FolderInode, name: string, inode: Inode): void {
		parent.volume.checkWritable();
		const before = parent.entries.get(name);
		if (before !== undefined && before !== inode) free(before);
		parent.entries.set(name, inode);
		parent.mtimeMs = Date.now();
	}

	unlink(path: string): void {
		const { parent, name, inode } = this.locate(path, false);
		if (inode === undefined) throw new Errno("ENOENT");
		if (inode.kind === "folder") throw new Errno("EISDIR");
		parent.volume.checkWritable();
		free(inode);
		parent.entries.delete(name);
		parent.mtimeMs = Date.now();
	}

	removeFolder(path: string): void {
		const { parent, name, inode } = this.locate(path, false);
		if (inode === undefined) throw new Errno("ENOENT");
		if (inode.kind !== "folder") throw new Errno("ENOTDIR");
		if (inode.entries.names().length > 0) throw new Errno("ENOTEMPTY");
		parent.volume.checkWritable();
		parent.entries.delete(name);
		parent.mtimeMs = Date.now();
	}

	/** With everything below it. */
	removeTree(path: string): void {
		const inode = this.get(path, false);
		if (inode.kind !== "folder") {
			this.unlink(path);
			return;
		}
		for (const name of inode.entries.names()) this.removeTree(posix.join(path, name));
		this.removeFolder(path);
	}

	/** rename(2): the target is replaced in one step. */
	rename(from: string, to: string): void {
		const source = this.locate(from, false);
		if (source.inode === undefined) throw new Errno("ENOENT");
		const target = this.locate(to, false);
		if (target.inode === source.inode) return;
		if (target.inode?.kind === "folder" && source.inode.kind !== "folder") throw new Errno("EISDIR");
		if (target.inode?.kind === "folder" && target.inode.entries.names().length > 0) throw new Errno("ENOTEMPTY");
		source.parent.volume.checkWritable();
		target.parent.volume.checkWritable();
		source.parent.entries.delete(source.name);
		this.link(target.parent, target.name, source.inode);
	}

	/** Throws EEXIST where the name is taken: the one decision of a run hangs on this. */
	symlink(target: string, path: string): void {
		const place = this.locate(path, false);
		if (place.inode !== undefined) throw new Errno("EEXIST");
		this.link(place.parent, place.name, newLink(place.parent.volume, target));
	}

	/** The mounted volume that holds `path`. */
	volumeOf(path: string): Volume {
		return this.get(path).volume;
	}
}

function free(inode: Inode): void {
	if (inode.kind === "file" && !inode.device) inode.content.truncate();
}
