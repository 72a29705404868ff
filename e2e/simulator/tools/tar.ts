import { posix } from "node:path";
import { gunzipSync } from "node:zlib";
import { reason } from "../kernel/errno.ts";
import type { Program } from "../machine/program.ts";

interface Member {
	name: string;
	bytes: Buffer;
	mode: number;
}

/** The regular files of a tar archive, plain or gzipped. Throws on what is no archive. */
export function readTar(archive: Buffer): Member[] {
	const bytes = archive[0] === 0x1f && archive[1] === 0x8b ? gunzipSync(archive) : archive;
	const members: Member[] = [];
	for (let at = 0; at + 512 <= bytes.length; ) {
		const header = bytes.subarray(at, at + 512);
		if (header[0] === 0) break;
		const field = (from: number, length: number) =>
			header
				.subarray(from, from + length)
				.toString("latin1")
				.replace(/\0.*$/s, "")
				.trim();
		const size = Number.parseInt(field(124, 12), 8);
		if (!Number.isFinite(size)) throw new Error("This does not look like a tar archive");
		const kind = field(156, 1);
		const name = field(0, 100).replace(/^\.\//, "");
		if (kind === "0" || kind === "")
			members.push({ name, bytes: bytes.subarray(at + 512, at + 512 + size), mode: Number.parseInt(field(100, 8), 8) });
		at += 512 + Math.ceil(size / 512) * 512;
	}
	return members;
}

/** `tar -xzf ARCHIVE -C FOLDER NAME…`. */
export const tar: Program = async (call) => {
	const at = call.args.indexOf("-C");
	const folder = call.process.resolve(at < 0 ? "." : (call.args[at + 1] ?? "."));
	const [flags = "", archive = "", ...names] = call.args.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
	if (!flags.includes("x")) return call.fail("the simulator only extracts", 2);
	let members: Member[];
	try {
		members = readTar(Buffer.from(call.process.readFile(archive)));
	} catch (error) {
		await call.err(`gzip: ${archive}: ${reason(error)}\ntar: Child returned status 1\ntar: Error is not recoverable: exiting now\n`);
		return 2;
	}
	for (const { name, bytes, mode } of members) {
		if (names.length > 0 && !names.includes(name)) continue;
		call.machine.fs.put(posix.join(folder, name), Buffer.from(bytes), mode & 0o777);
	}
	const missing = names.filter((name) => !members.some((member) => member.name === name));
	for (const name of missing) await call.err(`tar: ${name}: Not found in archive\n`);
	return missing.length > 0 ? 2 : 0;
};
