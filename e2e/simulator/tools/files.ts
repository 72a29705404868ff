import { posix } from "node:path";
import { Errno, reason } from "../kernel/errno.ts";
import { type Inode, newFile, newFolder, newLink } from "../kernel/inode.ts";
import type { Invocation, Program } from "../machine/program.ts";

function options(args: readonly string[]): { flags: string; files: string[]; long: string[] } {
	const end = args.indexOf("--");
	const before = end < 0 ? args : args.slice(0, end);
	const short = before.filter((word) => /^-[A-Za-z]/.test(word));
	const long = before.filter((word) => word.startsWith("--"));
	const files = [...before.filter((word) => !/^-./.test(word)), ...(end < 0 ? [] : args.slice(end + 1))];
	return { flags: short.map((word) => word.slice(1)).join(""), files, long };
}

/** Does `work` for each file and tells of those that failed. */
async function forEach(
	call: Invocation,
	files: readonly string[],
	verb: string,
	work: (file: string) => void | Promise<void>,
): Promise<number> {
	let status = 0;
	for (const file of files) {
		try {
			await work(file);
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			await call.err(`${call.name}: ${verb} '${file}': ${reason(error)}\n`);
			status = 1;
		}
	}
	return status;
}

export const mkdir: Program = async (call) => {
	const { flags, files } = options(call.args.filter((word, index) => word !== "-m" && call.args[index - 1] !== "-m"));
	const at = call.args.indexOf("-m");
	const mode = at < 0 ? undefined : Number.parseInt(call.args[at + 1] ?? "", 8);
	return forEach(call, files, "cannot create directory", (file) => {
		if (flags.includes("p")) call.machine.fs.makeFolders(call.process.resolve(file), mode ?? 0o777 & ~call.process.umask);
		else call.process.makeFolder(file, mode);
	});
};

export const rmdir: Program = (call) =>
	forEach(call, options(call.args).files, "failed to remove", (file) => call.machine.fs.removeFolder(call.process.resolve(file)));

export const rm: Program = async (call) => {
	const { flags, files } = options(call.args);
	return forEach(call, files, "cannot remove", (file) => {
		try {
			const path = call.process.resolve(file);
			if (/[rR]/.test(flags)) call.machine.fs.removeTree(path);
			else call.machine.fs.unlink(path);
		} catch (error) {
			if (error instanceof Errno && flags.includes("f") && (error.code === "ENOENT" || error.code === "ENOTDIR")) return;
			throw error;
		}
	});
};

/** Where a file goes whose target may be a folder. */
function targetOf(call: Invocation, source: string, target: string): string {
	const path = call.process.resolve(target);
	return call.machine.fs.find(path)?.kind === "folder" ? posix.join(path, posix.basename(source)) : path;
}

export const mv: Program = async (call) => {
	const { files } = options(call.args);
	const target = files.at(-1) ?? "";
	return forEach(call, files.slice(0, -1), "cannot move", (file) =>
		call.machine.fs.rename(call.process.resolve(file), targetOf(call, file, target)),
	);
};

export const cp: Program = async (call) => {
	const { flags, files } = options(call.args);
	const target = files.at(-1) ?? "";
	const keep = flags.includes("a") || flags.includes("p");
	const deep = flags.includes("a") || /[rR]/.test(flags);
	return forEach(call, files.slice(0, -1), "cannot copy", (file) => {
		const { fs } = call.machine;
		const source = fs.get(call.process.resolve(file), !flags.includes("a"));
		if (source.kind === "folder" && !deep) throw new Errno("EISDIR");
		copy(call, source, targetOf(call, file, target), keep);
	});
};

function copy(call: Invocation, source: Inode, path: string, keep: boolean): void {
	const { fs } = call.machine;
	const place = fs.locate(path, source.kind !== "link");
	if (source.kind === "file" && place.inode?.kind === "file") {
		const bytes = Buffer.from(source.content.bytes());
		place.inode.content.truncate();
		place.inode.content.append(bytes);
		if (keep) Object.assign(place.inode, attributes(source));
		return;
	}
	let made: Inode;
	if (source.kind === "file") made = newFile(place.parent.volume, Buffer.from(source.content.bytes()), source.mode & ~call.process.umask);
	else if (source.kind === "link") made = newLink(place.parent.volume, source.target);
	else made = newFolder(place.parent.volume, source.mode);
	if (keep) Object.assign(made, attributes(source));
	fs.link(place.parent, place.name, made);
	if (source.kind !== "folder") return;
	for (const name of source.entries.names()) {
		const inner = source.entries.get(name);
		if (inner) copy(call, inner, posix.join(path, name), keep);
	}
}

function attributes({ mode, uid, gid, mtimeMs }: Inode) {
	return { mode, uid, gid, mtimeMs };
}

export const ln: Program = async (call) => {
	const { flags, files } = options(call.args);
	const [target = "", name = ""] = files;
	const path = call.process.resolve(name);
	const status = await forEach(call, [name], "failed to create symbolic link", () => {
		if (!flags.includes("s")) throw new Errno("EINVAL");
		if (flags.includes("f")) {
			const before = call.machine.fs.find(path, false);
			if (before && before.kind !== "folder") call.machine.fs.unlink(path);
		}
		call.machine.fs.symlink(target, path);
	});
	return status;
};

export const chmod: Program = async (call) => {
	const { files } = options(call.args);
	const [mode = "", ...rest] = files;
	return forEach(call, rest, "cannot access", (file) => {
		const inode = call.machine.fs.get(call.process.resolve(file));
		if (/^[0-7]+$/.test(mode)) inode.mode = Number.parseInt(mode, 8);
		else if (mode === "+x" || mode === "a+x") inode.mode |= 0o111;
		else throw new Errno("EINVAL");
	});
};

export const chown: Program = async (call) => {
	const { files } = options(call.args);
	const [owner = "", ...rest] = files;
	const [uid = "", gid = ""] = owner.split(":").map((part) => (part === "root" ? "0" : part));
	return forEach(call, rest, "cannot access", (file) => {
		const inode = call.machine.fs.get(call.process.resolve(file));
		if (uid !== "") inode.uid = Number(uid);
		if (gid !== "") inode.gid = Number(gid);
	});
};

export const touch: Program = (call) =>
	forEach(call, options(call.args).files, "cannot touch", (file) => {
		call.machine.fs.openFile(call.process.resolve(file), { create: true, mode: 0o666 & ~call.process.umask }).mtimeMs = Date.now();
	});

export const readlink: Program = async (call) => {
	const { flags, files } = options(call.args);
	let status = 0;
	for (const file of files) {
		try {
			const path = call.process.resolve(file);
			if (flags.includes("f")) {
				await call.out(`${call.machine.fs.locate(path).real}\n`);
				continue;
			}
			const inode = call.machine.fs.get(path, false);
			if (inode.kind !== "link") throw new Errno("EINVAL");
			await call.out(`${inode.target}\n`);
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			status = 1;
		}
	}
	return status;
};

export const mktemp: Program = async (call) => {
	const folder = call.args.includes("-d");
	const path = `/tmp/tmp.${Math.random().toString(36).slice(2, 12)}`;
	call.machine.fs.makeFolders("/tmp");
	if (folder) call.machine.fs.makeFolders(path, 0o700);
	else call.machine.fs.put(path, "", 0o600);
	await call.out(`${path}\n`);
	return 0;
};

export const dd: Program = async (call) => {
	const value = (key: string) => call.args.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
	const bytes = Number(value("bs") ?? 512) * Number(value("count") ?? 1);
	const path = call.process.resolve(value("of") ?? "/dev/null");
	try {
		const file = call.machine.fs.openFile(path, { create: true, mode: 0o666 & ~call.process.umask });
		file.content.truncate();
		if (value("if") !== "/dev/zero") throw new Errno("EINVAL");
		if ("appendZeros" in file.content && typeof file.content.appendZeros === "function") file.content.appendZeros(bytes);
	} catch (error) {
		if (!(error instanceof Errno)) throw error;
		return call.fail(`error writing '${path}': ${reason(error)}`);
	}
	await call.err(`${value("count")}+0 records in\n${value("count")}+0 records out\n`);
	return 0;
};

/** A node's writes are in memory: there is nothing to wait for. */
export const sync: Program = async (call) => {
	if (call.args.length > 0 && call.machine.profile.coreutils < 8.24) await call.err("sync: ignoring all arguments\n");
	return 0;
};
