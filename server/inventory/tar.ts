import { InventoryError } from "./errors.ts";

export interface TarEntry {
	name: string;
	type: "file" | "directory";
	/** Must be read to its end before the next entry is asked for. */
	content: AsyncIterable<Buffer>;
}

const BLOCK = 512;

/** Takes bytes of a stream in amounts of one's own choice. */
class Source {
	readonly #pieces: AsyncIterator<Buffer>;
	#rest: Buffer = Buffer.alloc(0);

	constructor(stream: AsyncIterable<Buffer>) {
		this.#pieces = stream[Symbol.asyncIterator]();
	}

	/** Up to `most` bytes; an empty buffer at the end. */
	async some(most: number): Promise<Buffer> {
		while (this.#rest.length === 0) {
			const next = await this.#pieces.next();
			if (next.done) return Buffer.alloc(0);
			this.#rest = next.value;
		}
		const taken = this.#rest.subarray(0, most);
		this.#rest = this.#rest.subarray(taken.length);
		return taken;
	}

	/** Exactly `length` bytes, or null at the very end. Throws `archive.unreadable` where it ends in between. */
	async exactly(length: number): Promise<Buffer | null> {
		const pieces: Buffer[] = [];
		let have = 0;
		while (have < length) {
			const piece = await this.some(length - have);
			if (piece.length === 0) {
				if (have === 0) return null;
				throw unreadable("cut off");
			}
			pieces.push(piece);
			have += piece.length;
		}
		return Buffer.concat(pieces);
	}
}

/**
 * Reads a tar archive (ustar, GNU's and the old format) entry by entry. Only plain files and folders with relative names that
 * lead nowhere else are let through: links, devices, long-name and sparse extensions, and anything absolute or with `..`
 * are refused, not skipped. Throws `archive.unsafe`, `archive.unreadable`.
 */
export async function* readTar(stream: AsyncIterable<Buffer>): AsyncIterable<TarEntry> {
	const source = new Source(stream);
	for (;;) {
		const header = await source.exactly(BLOCK);
		// An archive ends with blocks of zeros; what follows them is padding.
		if (header === null || header.every((byte) => byte === 0)) break;
		const { name, type, size } = readHeader(header);
		if (type === "attributes") {
			await attributes(source, name, size);
			continue;
		}
		let left = size;
		async function* content(): AsyncIterable<Buffer> {
			while (left > 0) {
				const piece = await source.some(left);
				if (piece.length === 0) throw unreadable("cut off");
				left -= piece.length;
				yield piece;
			}
		}
		yield { name, type, content: content() };
		if (left > 0) throw new RangeError("an entry was not read to its end");
		await padding(source, size);
	}
	// To the end: damage behind the last entry is damage, too.
	while ((await source.some(65_536)).length > 0);
}

async function padding(source: Source, size: number): Promise<void> {
	const rest = (BLOCK - (size % BLOCK)) % BLOCK;
	if (rest > 0 && (await source.exactly(rest)) === null) throw unreadable("cut off");
}

/** Extended headers carry times and owners; one that gives the next entry another name, size or link would make us misread it. */
async function attributes(source: Source, name: string, size: number): Promise<void> {
	if (size > 65_536) throw unsafe(name, "extended header");
	const text = (size === 0 ? null : await source.exactly(size))?.toString("utf8") ?? "";
	if (/(^|\n)\d+ (path|linkpath|size|GNU\.sparse[^=]*)=/.test(text)) throw unsafe(name, "extended header");
	await padding(source, size);
}

function readHeader(header: Buffer): { name: string; type: TarEntry["type"] | "attributes"; size: number } {
	const stored = octal(header.subarray(148, 156));
	let sum = 0;
	for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 32 : (header[at] ?? 0);
	if (stored !== sum) throw unreadable("not tar");
	const ustar = header.toString("latin1", 257, 262) === "ustar" && header[262] === 0;
	const prefix = ustar ? text(header.subarray(345, 500)) : "";
	const name = `${prefix ? `${prefix}/` : ""}${text(header.subarray(0, 100))}`;
	const flag = String.fromCharCode(header[156] ?? 0);
	const size = octal(header.subarray(124, 136));
	if (flag === "x" || flag === "g") return { name, type: "attributes", size };
	if (name === "" || name.startsWith("/") || name.split("/").includes("..") || /[\p{Cc}\\]/u.test(name)) throw unsafe(name, "path");
	if (flag === "1" || flag === "2") throw unsafe(name, "link");
	if (flag === "5") return { name, type: "directory", size };
	if (flag !== "0" && flag !== "\0" && flag !== "7") throw unsafe(name, `type ${flag}`);
	return { name, type: name.endsWith("/") ? "directory" : "file", size };
}

function text(field: Buffer): string {
	const end = field.indexOf(0);
	return field.toString("utf8", 0, end === -1 ? field.length : end);
}

/** Numbers are octal digits, with blanks or zeros around. GNU's binary form is for files beyond 8 GiB. */
function octal(field: Buffer): number {
	const digits = text(field).trim();
	if (!/^[0-7]{1,11}$/.test(digits)) throw unreadable("not tar");
	return Number.parseInt(digits, 8);
}

function unreadable(reason: string): InventoryError {
	return new InventoryError("archive.unreadable", { reason });
}

function unsafe(entry: string, reason: string): InventoryError {
	return new InventoryError("archive.unsafe", { entry: entry.slice(0, 200), reason });
}
