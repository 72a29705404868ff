import { setTimeout as wait } from "node:timers/promises";
import type { NodeSession } from "../ssh/session.ts";
import { isRemoteCode, RemoteError } from "./errors.ts";
import { type FollowEvent, FollowParser } from "./follow-frames.ts";
import { FOLLOW_BODY } from "./follow-script.ts";
import { isSettled } from "./interpret.ts";
import { runValues } from "./run-values.ts";
import { nodeScript } from "./script.ts";
import { readStatus } from "./status.ts";

/** One channel of the follow lasts so long at most, in seconds; a node whose console vanished is rid of it by then. */
const CHANNEL_S = 120;
/** And carries so many bytes of the log at most. */
const CHANNEL_BYTES = 4 * 1024 * 1024;

export interface FollowOptions {
	/** The log's bytes in order, each exactly once; `offset` is the first one's place in the file. A promise holds the next ones back. */
	onBytes: (bytes: Buffer, offset: number) => void | Promise<void>;
	/** A state file of the run appeared (or is there at the beginning): a reason to read the status now. */
	onFiles?: (names: string[]) => void;
	/** The connection carries our words: at the beginning and every few seconds. */
	onBeat?: () => void;
	signal?: AbortSignal;
	/** How often the node looks at the log, in milliseconds. Default 250; busybox without fractions looks every second. */
	pollMs?: number;
	/** Inode of the log that `offset` belongs to; "" or absent where nothing was read yet. */
	inode?: string;
}

export interface FollowEnd {
	/**
	 * `final`: the run is over and its log read to the end. `aborted`: the caller's signal. `new-generation`: the log is not
	 * the one remembered; read it again from 0 (safety rule 21).
	 */
	reason: "final" | "aborted" | "new-generation";
	/** Where to go on: the number of bytes of this log that were delivered, from its beginning. */
	offset: number;
	inode: string;
}

/**
 * Tails a run's log from a byte offset until the run is final. No byte is lost or delivered twice: only whole frames count,
 * and each carries its own offset. Where no channel can be had for it, the status is polled instead. Throws SshError when
 * the connection is lost: call again on the next connection with the number of bytes received so far.
 */
export async function followLog(session: NodeSession, runId: string, offset: number, options: FollowOptions): Promise<FollowEnd> {
	const place = { offset, inode: options.inode ?? "" };
	const aborted = () => options.signal?.aborted === true;
	let refusals = 0;
	while (!aborted()) {
		const before = place.offset;
		try {
			const end = await oneChannel(session, runId, place, options);
			if (end !== "again") return { reason: end, ...place };
			refusals = 0;
		} catch (error) {
			if (aborted()) break;
			const known = error instanceof RemoteError && error.code !== "remote.script-failed";
			if (known || error instanceof CallerError || !session.open) throw unwrap(error);
			// The connection stands but gave us no channel, or took it away: go on by single looks for a while.
			refusals = place.offset > before ? 0 : refusals + 1;
			if (refusals > 3) throw error;
			const end = await bySingleLooks(session, runId, place, options);
			if (end !== "again") return { reason: end, ...place };
		}
	}
	return { reason: "aborted", ...place };
}

interface Place {
	offset: number;
	inode: string;
}

/** What a callback threw: never a reason to go on. */
class CallerError extends Error {
	override readonly name = "CallerError";
}

function unwrap(error: unknown): unknown {
	return error instanceof CallerError ? error.cause : error;
}

async function deliver(place: Place, bytes: Buffer, options: FollowOptions): Promise<void> {
	if (bytes.length === 0) return;
	const at = place.offset;
	place.offset += bytes.length;
	await options.onBytes(bytes, at);
}

async function oneChannel(session: NodeSession, runId: string, place: Place, options: FollowOptions) {
	const pollMs = Math.min(Math.max(options.pollMs ?? 250, 20), 10_000);
	const script = nodeScript(
		{ ...runValues(runId), offset: place.offset, poll: (pollMs / 1000).toFixed(3), seconds: CHANNEL_S, most: CHANNEL_BYTES },
		FOLLOW_BODY,
	);
	const parser = new FollowParser();
	const stop = new AbortController();
	const onAbort = () => stop.abort(options.signal?.reason);
	options.signal?.addEventListener("abort", onAbort, { once: true });
	if (options.signal?.aborted) onAbort();
	const state: { end: "final" | "again" | "new-generation" | null; failure: unknown } = { end: null, failure: null };
	const take = async (event: FollowEvent): Promise<void> => {
		switch (event.kind) {
			case "log":
				if (place.inode !== "" && place.offset > 0 && event.inode !== place.inode) state.end = "new-generation";
				else place.inode = event.inode;
				return;
			case "bytes":
				// A frame that does not begin where we stand can only be another log's.
				if (event.offset !== place.offset) state.end = "new-generation";
				else await deliver(place, event.bytes, options);
				return;
			case "files":
				options.onFiles?.(event.names);
				return;
			case "beat":
				options.onBeat?.();
				return;
			case "short":
				state.end = "new-generation";
				return;
			case "final":
			case "again":
				state.end = event.kind;
				return;
			case "refused":
				throw isRemoteCode(event.code) ? new RemoteError(event.code, session.label) : new Error(`unexpected refusal: ${event.code}`);
			default:
				event satisfies never;
		}
	};
	let over = false;
	const consume = async (chunk: Buffer): Promise<void> => {
		try {
			for (const event of parser.push(chunk)) {
				if (over || state.end !== null || state.failure !== null) return;
				await take(event);
			}
		} catch (error) {
			state.failure = error instanceof RemoteError ? error : new CallerError("a callback threw", { cause: error });
		}
		if (state.end === "new-generation" || state.failure !== null) stop.abort();
	};
	let consuming = Promise.resolve();
	try {
		const result = await session.run(script, {
			timeoutMs: (CHANNEL_S + 60) * 1000,
			signal: stop.signal,
			onStdout: (chunk) => {
				consuming = consuming.then(() => consume(chunk));
				return consuming;
			},
		});
		await consuming;
		if (state.end === null && state.failure === null) {
			state.failure = new RemoteError("remote.script-failed", session.label, {
				exitCode: result.exitCode,
				output: result.stderr.slice(-2000),
			});
		}
	} catch (error) {
		if (state.end === null && state.failure === null) throw error;
	} finally {
		options.signal?.removeEventListener("abort", onAbort);
		// Nothing may be delivered after this has told where it stopped.
		over = true;
		await consuming;
	}
	if (state.failure !== null) throw state.failure;
	return state.end ?? "again";
}

/** A minute of status reads in place of the channel. */
async function bySingleLooks(session: NodeSession, runId: string, place: Place, options: FollowOptions) {
	const pollMs = Math.max(options.pollMs ?? 250, 1000);
	for (let looks = 0; looks < 60_000 / pollMs; looks++) {
		if (options.signal?.aborted) return "aborted" as const;
		const status = await readStatus(session, runId, {
			logOffset: place.offset,
			...(options.signal ? { signal: options.signal } : {}),
		});
		if (status.log.size < place.offset) return "new-generation" as const;
		if (place.offset > 0 && place.inode !== "" && status.log.inode !== place.inode) return "new-generation" as const;
		place.inode = status.log.inode;
		try {
			options.onBeat?.();
			await deliver(place, status.log.bytes, options);
		} catch (error) {
			throw new CallerError("a callback threw", { cause: error });
		}
		if (place.offset < status.log.size) continue;
		if (isSettled(status)) return "final" as const;
		await wait(pollMs, undefined, options.signal ? { signal: options.signal } : {});
	}
	return "again" as const;
}
