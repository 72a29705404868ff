import { Errno } from "./errno.ts";
import type { FileInode } from "./inode.ts";

const NEWLINE = 10;

/**
 * An open file description: shared by every descriptor that was duplicated from it, closed when the last one goes. Reading
 * nothing is the end of the file.
 */
export abstract class OpenFile {
	private uses = 0;
	/** Locks of flock(2) hang on the description. */
	onClosed: (() => void)[] = [];

	acquire(): this {
		this.uses += 1;
		return this;
	}

	release(): void {
		this.uses -= 1;
		if (this.uses > 0) return;
		for (const tell of this.onClosed.splice(0)) tell();
		this.closed();
	}

	protected closed(): void {}

	/** At most one line with its end, or what is left before the end of the file. */
	abstract readLine(): Buffer | Promise<Buffer>;
	abstract readAll(): Buffer | Promise<Buffer>;
	abstract write(bytes: Buffer): void | Promise<void>;
}

/** A regular file with a position, as open(2) gives it. */
export class FileHandle extends OpenFile {
	private position = 0;

	constructor(
		readonly inode: FileInode,
		private readonly access: { read: boolean; write: boolean; append: boolean },
	) {
		super();
	}

	readLine(): Buffer {
		const bytes = this.rest();
		const end = bytes.indexOf(NEWLINE);
		const line = end < 0 ? bytes : bytes.subarray(0, end + 1);
		this.position += line.length;
		return line;
	}

	readAll(): Buffer {
		const bytes = this.rest();
		this.position += bytes.length;
		return bytes;
	}

	private rest(): Buffer {
		if (!this.access.read) throw new Errno("EBADF");
		return this.inode.content.bytes().subarray(this.position);
	}

	write(bytes: Buffer): void | Promise<void> {
		if (!this.access.write) throw new Errno("EBADF");
		const { content, volume } = this.inode;
		volume.checkWritable();
		if (this.access.append || this.position >= content.size) content.append(bytes);
		else content.writeAt(this.position, bytes);
		this.position = this.access.append ? content.size : this.position + bytes.length;
		this.inode.mtimeMs = Date.now();
		return volume.onWrite?.(bytes);
	}
}

/** A pipe's buffer. Without limit: what runs here never writes faster than it is read for long. */
class PipeBuffer {
	private chunks: Buffer[] = [];
	private wake: (() => void)[] = [];
	writers = 0;
	readers = 0;

	push(bytes: Buffer): void {
		if (this.readers === 0) throw new Errno("EPIPE");
		if (bytes.length === 0) return;
		this.chunks.push(Buffer.from(bytes));
		this.stir();
	}

	stir(): void {
		for (const resolve of this.wake.splice(0)) resolve();
	}

	/** Waits until there are bytes; empty at the end. */
	async some(): Promise<Buffer> {
		for (;;) {
			const first = this.chunks.shift();
			if (first !== undefined) return first;
			if (this.writers === 0) return Buffer.alloc(0);
			await new Promise<void>((resolve) => {
				this.wake.push(resolve);
			});
		}
	}

	giveBack(bytes: Buffer): void {
		if (bytes.length > 0) this.chunks.unshift(bytes);
	}
}

class PipeReader extends OpenFile {
	constructor(private readonly pipe: PipeBuffer) {
		super();
		pipe.readers += 1;
	}

	async readLine(): Promise<Buffer> {
		let line = Buffer.alloc(0);
		for (;;) {
			const some = await this.pipe.some();
			if (some.length === 0) return line;
			const end = some.indexOf(NEWLINE);
			if (end < 0) {
				line = Buffer.concat([line, some]);
				continue;
			}
			this.pipe.giveBack(some.subarray(end + 1));
			return Buffer.concat([line, some.subarray(0, end + 1)]);
		}
	}

	async readAll(): Promise<Buffer> {
		const parts: Buffer[] = [];
		for (;;) {
			const some = await this.pipe.some();
			if (some.length === 0) return Buffer.concat(parts);
			parts.push(some);
		}
	}

	write(): void {
		throw new Errno("EBADF");
	}

	protected override closed(): void {
		this.pipe.readers -= 1;
	}
}

class PipeWriter extends OpenFile {
	constructor(private readonly pipe: PipeBuffer) {
		super();
		pipe.writers += 1;
	}

	readLine(): Buffer {
		throw new Errno("EBADF");
	}

	readAll(): Buffer {
		throw new Errno("EBADF");
	}

	write(bytes: Buffer): void {
		this.pipe.push(bytes);
	}

	protected override closed(): void {
		this.pipe.writers -= 1;
		this.pipe.stir();
	}
}

export function openPipe(): { reader: OpenFile; writer: OpenFile } {
	const pipe = new PipeBuffer();
	return { reader: new PipeReader(pipe), writer: new PipeWriter(pipe) };
}

/** Where `$(…)` collects its command's output. */
export class Capture extends OpenFile {
	private readonly parts: Buffer[] = [];

	get bytes(): Buffer {
		return Buffer.concat(this.parts);
	}

	readLine(): Buffer {
		throw new Errno("EBADF");
	}

	readAll(): Buffer {
		throw new Errno("EBADF");
	}

	write(bytes: Buffer): void {
		this.parts.push(Buffer.from(bytes));
	}
}

/** Fixed bytes to read: a here-document. */
export class Fixed extends OpenFile {
	private position = 0;

	constructor(private readonly bytes: Buffer) {
		super();
	}

	readLine(): Buffer {
		const rest = this.bytes.subarray(this.position);
		const end = rest.indexOf(NEWLINE);
		const line = end < 0 ? rest : rest.subarray(0, end + 1);
		this.position += line.length;
		return line;
	}

	readAll(): Buffer {
		const rest = this.bytes.subarray(this.position);
		this.position = this.bytes.length;
		return rest;
	}

	write(): void {
		throw new Errno("EBADF");
	}
}

/** Output that goes somewhere outside the simulation: an SSH channel, a unit's journal. */
export class Sink extends OpenFile {
	constructor(private readonly take: (bytes: Buffer) => void | Promise<void>) {
		super();
	}

	readLine(): Buffer {
		return Buffer.alloc(0);
	}

	readAll(): Buffer {
		return Buffer.alloc(0);
	}

	write(bytes: Buffer): void | Promise<void> {
		return this.take(bytes);
	}
}
