import type { Volume } from "./volume.ts";

/** The bytes of a regular file. */
export interface Content {
	readonly size: number;
	bytes(): Buffer;
	append(bytes: Buffer): void;
	writeAt(position: number, bytes: Buffer): void;
	truncate(): void;
}

/** Bytes in memory. Appending is cheap, since logs grow line by line; zeros are only counted. */
export class StoredContent implements Content {
	private stored: Buffer;
	private length: number;
	/** More bytes after `stored` that are all zero. */
	private zeros = 0;

	constructor(
		private readonly volume: Volume,
		bytes: Buffer = Buffer.alloc(0),
	) {
		volume.take(bytes.length);
		this.stored = bytes;
		this.length = bytes.length;
	}

	get size(): number {
		return this.length + this.zeros;
	}

	bytes(): Buffer {
		const own = this.stored.subarray(0, this.length);
		return this.zeros === 0 ? own : Buffer.concat([own, Buffer.alloc(this.zeros)]);
	}

	append(bytes: Buffer): void {
		this.volume.take(bytes.length);
		if (this.zeros > 0) this.solidify();
		const needed = this.length + bytes.length;
		if (this.stored.length < needed) {
			const grown = Buffer.alloc(Math.max(256, needed * 2));
			this.stored.copy(grown, 0, 0, this.length);
			this.stored = grown;
		}
		bytes.copy(this.stored, this.length);
		this.length = needed;
	}

	/** Room for `count` zeros without holding them. */
	appendZeros(count: number): void {
		this.volume.take(count);
		this.zeros += count;
	}

	writeAt(position: number, bytes: Buffer): void {
		const now = this.bytes();
		if (position >= now.length) {
			this.append(Buffer.concat([Buffer.alloc(position - now.length), bytes]));
			return;
		}
		const end = Math.max(now.length, position + bytes.length);
		const next = Buffer.alloc(end);
		now.copy(next);
		bytes.copy(next, position);
		this.volume.take(end - now.length);
		this.stored = next;
		this.length = end;
		this.zeros = 0;
	}

	truncate(): void {
		this.volume.take(-this.size);
		// The bytes may be those of another file: they are left alone.
		this.stored = Buffer.alloc(0);
		this.length = 0;
		this.zeros = 0;
	}

	private solidify(): void {
		this.stored = this.bytes();
		this.length = this.stored.length;
		this.zeros = 0;
	}
}

/** A file of /proc or /sys: made when it is read. */
export class MadeContent implements Content {
	readonly size = 0;

	constructor(
		private readonly make: () => Buffer | string,
		private readonly onWrite: (bytes: Buffer) => void = () => {},
	) {}

	bytes(): Buffer {
		const made = this.make();
		return typeof made === "string" ? Buffer.from(made, "latin1") : made;
	}

	append(bytes: Buffer): void {
		this.onWrite(bytes);
	}

	writeAt(_position: number, bytes: Buffer): void {
		this.onWrite(bytes);
	}

	truncate(): void {}
}
