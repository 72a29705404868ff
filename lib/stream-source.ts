/** Who hears a stream of the console's messages, wherever it comes from. */
export interface SourceListener {
	/** One message, as JSON. */
	message(data: string): void;
	/** The logs of these runs come along from here on; what was written to them before can be read by now. */
	following(runIds: readonly string[]): void;
	/** Messages may have been missed. `closed`: none will come any more. */
	broken(closed: boolean): void;
}

/** A stream of the console's messages. */
export interface Source {
	/** False: the browser's tabs share it. */
	readonly own: boolean;
	/** The runs whose logs are to come along, in place of those of the last call. */
	follow(runIds: readonly string[]): void;
	/** The listener hears nothing after this. */
	close(): void;
}

export type OpenSource = (listener: SourceListener) => Source;
