import { said } from "../codes.ts";
import type { RunContext } from "./context.ts";
import { asMessage, fail, isNoWord, isPassing } from "./failure.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** Where somebody has to change something first. */
const LONGEST_REFUSED_PAUSE_MS = 60_000;
/** So long a node must be silent before a person's wish to cancel ends the waiting for it. */
const GIVE_UP_MS = 15 * 60_000;

/**
 * For how long a node that has a run in hand has not answered. Only the node knows how such a run ends, so its silence ends nothing;
 * but for a person who cancels it and has waited long enough.
 */
export class Silence {
	#sinceMs: number | null = null;
	#told = false;

	constructor(private readonly context: RunContext) {}

	/** The node has answered. True where a reason to wait was written meanwhile. */
	end(): boolean {
		const told = this.#told;
		this.#sinceMs = null;
		this.#told = false;
		return told;
	}

	/** The node has been asked and gave this instead of an answer, which is not shown. Gives for how long it has been silent, in ms. */
	heardOnly(error: unknown): number {
		const nowMs = this.context.ports.monotonicMs();
		if (isNoWord(error)) this.#sinceMs ??= nowMs;
		else this.#sinceMs = null;
		return this.#sinceMs === null ? 0 : nowMs - this.#sinceMs;
	}

	/** The same, shown as why the run waits. Throws `run.node-lost` where a person has cancelled it and the node has been silent for long. */
	async waitsFor(error: unknown): Promise<void> {
		const { context } = this;
		const node = context.run.nodeName;
		const silentMs = this.heardOnly(error);
		const forS = Math.round(silentMs / 1000);
		if (silentMs > GIVE_UP_MS && (await context.cancelled())) fail(said("run.node-lost", { node, forS }));
		const { code, values } = asMessage(error);
		await context.waiting(
			isNoWord(error)
				? said("run.node-silent", { because: code, node: String(values["node"] ?? node), forS })
				: said("run.trying-again", { because: code }, values),
		);
		this.#told = true;
	}
}

/** Asks until the node says: what only the node can say is waited for, as long as `Silence` lets it. */
export async function untilNodeSays<T>(context: RunContext, ask: () => Promise<T>, silence = new Silence(context)): Promise<T> {
	const { signal } = context;
	for (let pauseMs = FIRST_PAUSE_MS; ; ) {
		signal.throwIfAborted();
		try {
			const answer = await ask();
			if (silence.end()) await context.waiting(null);
			return answer;
		} catch (error) {
			signal.throwIfAborted();
			if (!mayAnswer(error)) throw error;
			await restAfter(context, silence, error, pauseMs);
			pauseMs = nextPause(pauseMs, error);
		}
	}
}

/** Until the node is asked again: at once where a person asks something of the run, which may be the time to go back or to give up. */
async function restAfter(context: RunContext, silence: Silence, error: unknown, pauseMs: number): Promise<void> {
	const asked = context.untilAsked();
	try {
		await silence.waitsFor(error);
		await context.ports.wait(pauseMs, asked.signal);
	} finally {
		asked.end();
	}
}

/** Whether a node that only its own word lets go of is asked again after this. */
export function mayAnswer(error: unknown): boolean {
	return isPassing(error) || isNoWord(error);
}

export function nextPause(pauseMs: number, error: unknown): number {
	const refused = isNoWord(error) && !isPassing(error);
	return Math.min(refused ? LONGEST_REFUSED_PAUSE_MS : LONGEST_PAUSE_MS, pauseMs * 2);
}
