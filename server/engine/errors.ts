import type { Message } from "../../lib/contracts/finding.ts";
import type { RunState } from "../../lib/contracts/run.ts";

/** What goes wrong inside the engine, never on a node: whoever carries the run lets go, and the next worker looks anew. */
export abstract class EngineError extends Error {
	abstract readonly code: "engine.lease-lost" | "engine.transition-refused" | "engine.log-gap";
	readonly values: Message["values"] = {};
}

/** This worker may no longer write the run: another has claimed it, or its time ran out. It lets go and does nothing more. */
export class LeaseLostError extends EngineError {
	readonly code = "engine.lease-lost";
	constructor(readonly runId: string) {
		super(`the lease of run ${runId} is gone`);
		this.name = "LeaseLostError";
	}
}

/** The table of transitions does not allow it, or the run was in another state. Recorded as an event before it is thrown. */
export class TransitionRefusedError extends EngineError {
	readonly code = "engine.transition-refused";
	override readonly values: Message["values"];
	constructor(
		readonly runId: string,
		readonly from: RunState,
		readonly to: RunState,
		readonly found: string,
	) {
		super(`run ${runId}: ${from} -> ${to} refused, it is ${found}`);
		this.name = "TransitionRefusedError";
		this.values = { from, to, found };
	}
}

/** Bytes of a log that do not follow what is stored: the caller reads again from `expectedOffset`. */
export class LogGapError extends EngineError {
	readonly code = "engine.log-gap";
	constructor(
		readonly runId: string,
		readonly expectedGeneration: number,
		readonly expectedOffset: number,
	) {
		super(`the log of run ${runId} goes on at ${expectedOffset} (generation ${expectedGeneration})`);
		this.name = "LogGapError";
	}
}
