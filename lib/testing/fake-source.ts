import type { OpenSource, Source, SourceListener } from "../stream-source.ts";

/** A stream whose words a test puts into its mouth. */
export class FakeSource implements Source {
	closed = false;
	followed: readonly string[] = [];

	constructor(
		readonly listener: SourceListener,
		readonly own: boolean,
	) {}

	follow(runIds: readonly string[]): void {
		this.followed = runIds;
	}
	close(): void {
		this.closed = true;
	}
	say(message: object): void {
		this.listener.message(JSON.stringify(message));
	}
}

/** Opens fake streams and keeps them, the newest last. */
export function fakeSources(own = false): { open: OpenSource; sources: FakeSource[]; newest(): FakeSource } {
	const sources: FakeSource[] = [];
	const open: OpenSource = (listener) => {
		const source = new FakeSource(listener, own);
		sources.push(source);
		return source;
	};
	const newest = () => {
		const source = sources.at(-1);
		if (!source) throw new Error("no stream was opened");
		return source;
	};
	return { open, sources, newest };
}

export const heartbeat = { type: "heartbeat", now: "2026-01-01T00:00:00.000Z" };
export const hello = (bootId: string, streamId = "stream") => ({ type: "hello", now: "2026-01-01T00:00:00.000Z", bootId, streamId });
export const log = (runId: string, offset = 0, bytesBase64 = "AA==") => ({ type: "log", runId, generation: 0, offset, bytesBase64 });
