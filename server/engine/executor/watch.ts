import type { Message } from "../../../lib/contracts/finding.ts";
import { followLog } from "../../remote/follow.ts";
import { logGeneration, scriptState, secondsToRevert } from "../../remote/interpret.ts";
import { type NodeRunStatus, readStatus } from "../../remote/status.ts";
import { LogGapError } from "../errors.ts";
import type { RunContext } from "./context.ts";
import { LogIntake } from "./log-intake.ts";
import { mayAnswer, nextPause, Silence } from "./silence.ts";

const STATUS_EVERY_MS = 1_500;
/** The page calls a node unknown that was not seen for 10 s. */
const SEEN_EVERY_MS = 3_000;
const FIRST_PAUSE_MS = 500;
/** A timer's rest is read in whole seconds: less than this is no news. */
const MOVED_MS = 2_500;

/** What the scripts said about their own failure, oldest first. */
export interface Heard {
	causes: readonly Message[];
}

/**
 * Follows the node's log into the store and reads its status until `done` says so. Before `done` hears of an end of script `suffix`,
 * of a decision or of a final state, all that the log says up to there is on record. A node that does not answer is asked again for
 * ever, with growing pauses: the scripts go on by themselves, and only the node knows how it ended. What a person asks meanwhile is a reason to
 * look at once. `goesOn`: after which errors it is asked again. Throws the signal's reason when it ends, and `run.node-lost` where a person
 * cancels a run whose node has been silent for long.
 */
export async function watchNode<T>(
	context: RunContext,
	suffix: string,
	done: (status: NodeRunStatus, heard: Heard) => Promise<T | null> | T | null,
	goesOn: (error: unknown) => boolean = mayAnswer,
): Promise<T> {
	const watch = new Watch(context, suffix, await LogIntake.open(context), goesOn);
	return watch.run(done);
}

/** Takes in what the log says beyond what is stored, once; for what ran on the node while nobody followed. */
export async function collectLog(context: RunContext): Promise<void> {
	const watch = new Watch(context, "revert", await LogIntake.open(context), mayAnswer);
	await watch.collect();
}

/** What the node's status says of its revert, for the page. */
export function revertMoment(context: RunContext, status: NodeRunStatus): Date | null {
	const left = secondsToRevert(status);
	return left === null ? null : new Date(context.ports.now().getTime() + left * 1000);
}

class Watch {
	readonly #stop = new AbortController();
	readonly #wake = new Wake();
	/** What ended the following of the log for good. */
	#broken: { error: unknown } | null = null;
	#bootId: string | null = null;
	#seenMs = Number.NEGATIVE_INFINITY;
	#revertAt: Date | null | undefined;
	readonly #silence: Silence;

	constructor(
		private readonly context: RunContext,
		private readonly suffix: string,
		private readonly intake: LogIntake,
		private readonly goesOn: (error: unknown) => boolean,
	) {
		this.#silence = new Silence(context);
	}

	async run<T>(done: (status: NodeRunStatus, heard: Heard) => Promise<T | null> | T | null): Promise<T> {
		const { signal, ports, run } = this.context;
		const giveUp = () => this.#stop.abort();
		const listenNoMore = ports.onAsked(run.id, () => this.#wake.now());
		signal.addEventListener("abort", giveUp, { once: true });
		if (signal.aborted) giveUp();
		const following = this.#follow();
		try {
			return await this.#poll(done);
		} finally {
			this.#stop.abort();
			signal.removeEventListener("abort", giveUp);
			listenNoMore();
			await following;
		}
	}

	async collect(): Promise<void> {
		const { session, run, signal } = this.context;
		await this.#sameLog();
		await this.#catchUp(await readStatus(session, run.id, { withLog: false, timeoutMs: 20_000, signal }));
		await this.intake.settle();
	}

	async #poll<T>(done: (status: NodeRunStatus, heard: Heard) => Promise<T | null> | T | null): Promise<T> {
		const { context, intake } = this;
		const { ports, signal, session, run } = context;
		for (let pauseMs = FIRST_PAUSE_MS; ; ) {
			signal.throwIfAborted();
			if (this.#broken) throw this.#broken.error;
			try {
				const status = await readStatus(session, run.id, { withLog: false, timeoutMs: 20_000, signal });
				pauseMs = FIRST_PAUSE_MS;
				await this.#seen(status);
				if (this.#bootId !== status.now.bootId) await this.#sameLog();
				this.#bootId = status.now.bootId;
				if (this.#tellsAnEnd(status)) await this.#catchUp(status);
				if (this.#isOver(status)) await this.intake.settle();
				const result = await done(status, { causes: intake.causes });
				if (result !== null) return result;
				await this.#wake.orAfter(STATUS_EVERY_MS, ports, signal);
			} catch (error) {
				signal.throwIfAborted();
				if (!(error instanceof LogGapError)) {
					if (!this.goesOn(error)) throw error;
					await this.#silence.waitsFor(error);
				}
				await this.#wake.orAfter(pauseMs, ports, signal);
				pauseMs = nextPause(pauseMs, error);
			}
		}
	}

	async #seen(status: NodeRunStatus): Promise<void> {
		const { ports } = this.context;
		const revertAt = revertMoment(this.context, status);
		const moved =
			this.#revertAt === undefined ||
			(revertAt === null) !== (this.#revertAt === null) ||
			Math.abs((revertAt?.getTime() ?? 0) - (this.#revertAt?.getTime() ?? 0)) > MOVED_MS;
		const nowMs = ports.monotonicMs();
		const waited = this.#silence.end();
		if (!moved && !waited && nowMs - this.#seenMs < SEEN_EVERY_MS) return;
		await this.context.patch({
			seenAt: ports.now(),
			...(moved ? { revertAt } : {}),
			...(waited ? { waiting: null } : {}),
		});
		if (moved) this.#revertAt = revertAt;
		this.#seenMs = nowMs;
	}

	#tellsAnEnd(status: NodeRunStatus): boolean {
		return status.decision !== "none" || this.#isOver(status);
	}

	/** Nothing more comes from the script: a line without an end stays so. */
	#isOver(status: NodeRunStatus): boolean {
		if (status.final !== "") return true;
		const { kind } = scriptState(status, this.suffix);
		return kind === "exited" || kind === "lost";
	}

	/** The rest of the log as it was when `status` was read. */
	async #catchUp(status: NodeRunStatus): Promise<void> {
		const { session, run, signal } = this.context;
		while (this.intake.offset < status.log.size) {
			signal.throwIfAborted();
			const { generation, offset } = this.intake;
			const more = await readStatus(session, run.id, { logOffset: offset, timeoutMs: 30_000, signal });
			if (more.log.bytes.length === 0) return;
			await this.intake.take(generation, offset, more.log.bytes);
		}
	}

	/** After a crash the log may be shorter than what was read, or may have grown again with other bytes (safety rule 21). */
	async #sameLog(): Promise<string> {
		const { session, run, signal } = this.context;
		const { generation, offset, sha256 } = this.intake.held;
		const { log } = await readStatus(session, run.id, {
			logOffset: offset,
			withPrefixHash: true,
			withLog: false,
			timeoutMs: 60_000,
			signal,
		});
		if (logGeneration({ offset, inode: "", sha256 }, log) === "new") await this.intake.beginAnew(generation);
		return log.inode;
	}

	async #follow(): Promise<void> {
		const { signal } = this.#stop;
		const { ports, session, run } = this.context;
		let pauseMs = FIRST_PAUSE_MS;
		while (!signal.aborted) {
			try {
				const inode = await this.#sameLog();
				const { generation, offset } = this.intake;
				const end = await followLog(session, run.id, offset, {
					signal,
					inode,
					onBytes: async (bytes, at) => {
						pauseMs = FIRST_PAUSE_MS;
						await this.intake.take(generation, at, bytes);
					},
					onFiles: () => this.#wake.now(),
				});
				if (end.reason !== "new-generation") return;
				await this.intake.beginAnew(generation);
			} catch (error) {
				if (signal.aborted) return;
				if (!(error instanceof LogGapError) && !this.goesOn(error)) {
					this.#broken = { error };
					this.#wake.now();
					return;
				}
				await ports.wait(pauseMs, signal);
				pauseMs = nextPause(pauseMs, error);
			}
		}
	}
}

/** A sleep that somebody may end early, also before it begins. */
class Wake {
	#end: (() => void) | null = null;
	#due = false;

	now(): void {
		this.#due = true;
		this.#end?.();
	}

	async orAfter(ms: number, ports: RunContext["ports"], signal: AbortSignal): Promise<void> {
		const early = new AbortController();
		const end = () => early.abort();
		this.#end = end;
		signal.addEventListener("abort", end, { once: true });
		if (this.#due || signal.aborted) end();
		await ports.wait(ms, early.signal);
		signal.removeEventListener("abort", end);
		this.#end = null;
		this.#due = false;
	}
}
