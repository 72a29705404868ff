import { posix } from "node:path";
import { Errno, reason } from "../kernel/errno.ts";
import type { Inode } from "../kernel/inode.ts";
import type { Program } from "../machine/program.ts";

const TYPES: Readonly<Record<Inode["kind"], string>> = {
	file: "regular file",
	folder: "directory",
	link: "symbolic link",
	socket: "socket",
};

function sizeOf(inode: Inode): number {
	if (inode.kind === "file") return inode.content.size;
	return inode.kind === "link" ? inode.target.length : 4096;
}

export const stat: Program = async (call) => {
	const follow = call.args.includes("-L");
	const at = call.args.findIndex((word) => word === "-c" || word === "--format");
	const format = call.args[at + 1] ?? "%n";
	const files = call.args.filter((word, index) => !word.startsWith("-") && index !== at + 1);
	let status = 0;
	for (const file of files) {
		let inode: Inode;
		try {
			inode = call.machine.fs.get(call.process.resolve(file), follow);
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			await call.err(`stat: cannot stat '${file}': ${reason(error)}\n`);
			status = 1;
			continue;
		}
		const { volume } = inode;
		const value = (verb: string): string => {
			switch (verb) {
				case "F":
					return inode.kind === "file" && inode.device
						? "character special file"
						: inode.kind === "file" && inode.content.size === 0
							? "regular empty file"
							: TYPES[inode.kind];
				case "a":
					return inode.mode.toString(8);
				case "u":
					return String(inode.uid);
				case "g":
					return String(inode.gid);
				case "U":
				case "G":
					return inode.uid === 0 ? "root" : "UNKNOWN";
				case "s":
					return String(sizeOf(inode));
				case "D":
					return "801";
				case "d":
					return "2049";
				case "i":
					return String(inode.ino);
				case "C":
					status = 1;
					return "?";
				case "n":
					return file;
				case "N":
					return inode.kind === "link" ? `'${file}' -> '${inode.target}'` : `'${file}'`;
				case "m":
					return volume.mountPoint;
				case "T":
					return volume.fsType === "ext4" ? "ext2/ext3" : volume.fsType;
				case "Y":
					return String(Math.floor(inode.mtimeMs / 1000));
				case "h":
					return "1";
				default:
					return `%${verb}`;
			}
		};
		await call.out(`${format.replaceAll(/%([A-Za-z])/g, (_, verb: string) => value(verb))}\n`);
		if (format.includes("%C")) await call.err(`stat: failed to get security context of '${file}': No data available\n`);
	}
	return status;
};

export const df: Program = async (call) => {
	const flags = call.args.filter((word) => word.startsWith("-")).join("");
	const files = call.args.filter((word) => !word.startsWith("-"));
	const inodes = flags.includes("i");
	await call.out(
		inodes
			? "Filesystem       Inodes  IUsed    IFree IUse% Mounted on\n"
			: "Filesystem     1024-blocks     Used Available Capacity Mounted on\n",
	);
	let status = 0;
	for (const file of files.length === 0 ? ["/"] : files) {
		try {
			const volume = call.machine.fs.volumeOf(call.process.resolve(file));
			const blocks = (bytes: number) => Math.floor(bytes / 1024);
			const [total, free] = inodes ? [6_553_600, 6_100_000] : [blocks(volume.totalBytes), blocks(volume.availableBytes)];
			const percent = total === 0 ? "-" : `${Math.ceil(((total - free) / total) * 100)}%`;
			await call.out(`${volume.source} ${total} ${total - free} ${free} ${percent} ${volume.mountPoint}\n`);
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			await call.err(`df: ${file}: ${reason(error)}\n`);
			status = 1;
		}
	}
	return status;
};

function mode(inode: Inode): string {
	const letters = "rwxrwxrwx";
	const kind = { file: "-", folder: "d", link: "l", socket: "s" }[inode.kind];
	return kind + [...letters].map((letter, index) => ((inode.mode >> (8 - index)) & 1 ? letter : "-")).join("");
}

export const ls: Program = async (call) => {
	const flags = call.args.filter((word) => /^-./.test(word)).join("");
	const given = call.args.filter((word) => !/^-./.test(word));
	const files = given.length === 0 ? ["."] : [...given].sort();
	const line = (name: string, inode: Inode) => {
		const number = flags.includes("i") ? `${inode.ino} ` : "";
		if (!flags.includes("l")) return `${number}${name}\n`;
		const when = new Date(inode.mtimeMs).toISOString().slice(0, 16).replace("T", " ");
		const target = inode.kind === "link" ? ` -> ${inode.target}` : "";
		return `${number}${mode(inode)} 1 root root ${sizeOf(inode)} ${when} ${name}${target}\n`;
	};
	let status = 0;
	for (const file of files) {
		try {
			const path = call.process.resolve(file);
			const inode = call.machine.fs.get(path, !flags.includes("d") && !flags.includes("l"));
			if (inode.kind !== "folder" || flags.includes("d")) {
				await call.out(line(file, inode));
				continue;
			}
			if (files.length > 1) await call.out(`${file}:\n`);
			for (const name of inode.entries.names()) {
				if (name.startsWith(".") && !/[aA]/.test(flags)) continue;
				const inner = call.machine.fs.find(posix.join(path, name), false);
				if (inner) await call.out(line(name, inner));
			}
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			await call.err(`ls: cannot access '${file}': ${reason(error)}\n`);
			status = 2;
		}
	}
	return status;
};
