import type { EventEmitter } from "node:events";

/** What a process writes to its channel. Pieces that are written without a pause between them go as one: a packet of its own for each costs more. */
export class ChannelOutput {
	#pieces: Buffer[] = [];
	#full: Promise<void> | undefined;

	constructor(
		private readonly stream: NodeJS.WritableStream,
		private readonly channel: EventEmitter,
	) {}

	/** The promise is that of a channel that takes no more for now. */
	write(bytes: Buffer): void | Promise<void> {
		if (this.#pieces.length === 0) setImmediate(() => this.flush());
		this.#pieces.push(Buffer.from(bytes));
		return this.#full;
	}

	/** Before the channel ends. */
	flush(): void {
		if (this.#pieces.length === 0) return;
		const bytes = Buffer.concat(this.#pieces.splice(0));
		if (!this.stream.writable || this.stream.write(bytes)) return;
		this.#full = new Promise<void>((resolve) => {
			this.stream.once("drain", resolve);
			this.channel.once("close", resolve);
		}).finally(() => {
			this.#full = undefined;
		});
	}
}
