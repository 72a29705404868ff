import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InventoryError } from "./errors.ts";
import { readTar } from "./tar.ts";

/** What a release archive of crictl holds. */
export interface CrictlRelease {
	/** As Go names it. */
	architecture: string;
	/** `v1.26.0`; empty where the file's name does not tell. */
	version: string;
	/** Of the program inside. */
	binarySha256: string;
}

/** The script on the node unpacks the member of exactly this name. */
const PROGRAM = "crictl";
/** A program has about 50 MB: beyond this an archive is a bomb. */
const UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024;
const RELEASE_NAME = /^crictl-(v\d[\w.+-]*?)-linux-([a-z0-9]+)\.(?:tar\.gz|tgz)$/;

/** e_machine of ELF, for the architectures that cri-tools is released for. */
const MACHINES: Readonly<Record<number, string>> = {
	3: "386",
	21: "ppc64le",
	22: "s390x",
	40: "arm",
	62: "amd64",
	183: "arm64",
	243: "riscv64",
};

/**
 * Reads a gzipped tar archive without writing anything. The program's own header tells its architecture; where it is no ELF
 * program, the file's name does (`crictl-v1.26.0-linux-amd64.tar.gz`). Throws `archive.*`.
 */
export async function readCrictl(bytes: Buffer, fileName: string): Promise<CrictlRelease> {
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw new InventoryError("archive.unreadable", { reason: "not gzip" });
	let program: { head: Buffer; sha256: string } | null = null;
	for await (const entry of readTar(unpacked(bytes))) {
		if (entry.name !== PROGRAM || entry.type !== "file") {
			for await (const _skipped of entry.content);
			continue;
		}
		if (program) throw new InventoryError("archive.unsafe", { entry: PROGRAM, reason: "twice" });
		const hash = createHash("sha256");
		let head = Buffer.alloc(0);
		for await (const piece of entry.content) {
			hash.update(piece);
			if (head.length < 20) head = Buffer.concat([head, piece]).subarray(0, 20);
		}
		program = { head, sha256: hash.digest("hex") };
	}
	if (!program || program.head.length === 0) throw new InventoryError("archive.no-crictl");
	const [, version = "", named] = RELEASE_NAME.exec(fileName) ?? [];
	const architecture = elfArchitecture(program.head) ?? named;
	if (!architecture) throw new InventoryError("archive.no-architecture", { fileName });
	return { architecture, version, binarySha256: program.sha256 };
}

async function* unpacked(bytes: Buffer): AsyncIterable<Buffer> {
	let sizeBytes = 0;
	try {
		for await (const piece of Readable.from([bytes]).pipe(createGunzip())) {
			const chunk = piece as Buffer;
			sizeBytes += chunk.length;
			if (sizeBytes > UNPACKED_LIMIT_BYTES) throw new InventoryError("archive.too-large", { limitBytes: UNPACKED_LIMIT_BYTES });
			yield chunk;
		}
	} catch (error) {
		if (error instanceof InventoryError) throw error;
		throw new InventoryError("archive.unreadable", { reason: "damaged gzip" });
	}
}

/** Undefined where it is no ELF program, or for a machine that crictl is not released for. */
function elfArchitecture(head: Buffer): string | undefined {
	if (head.length < 20 || head.readUInt32BE(0) !== 0x7f454c46) return undefined;
	const littleEndian = head[5] === 1;
	const machine = littleEndian ? head.readUInt16LE(18) : head.readUInt16BE(18);
	// Of PowerPC only the little-endian one is released, of s390x only the big-endian.
	if (machine === 0x15 && !littleEndian) return undefined;
	return MACHINES[machine];
}
