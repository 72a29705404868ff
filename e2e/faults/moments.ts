/** One boundary of a run's step, on the console or on the node. */
export interface Moment {
	/** Id of the step as the plan or the run's log has it: `stop-kubelet`, `revert:restore-files`. */
	step: string;
	/** `begin`: its beginning is on record and nothing is done yet. `end`: all is done, and that is not on record yet where the console does it. */
	edge: "begin" | "end";
}

/** How steps of the way back begin. */
const REVERT = "revert:";

export function isForward({ step }: Moment): boolean {
	return !step.startsWith(REVERT);
}

export function momentName({ step, edge }: Moment): string {
	return `${edge} ${step}`;
}

/** A boundary that a run has just come to. */
export interface Passed extends Moment {
	runId: string;
	where: "console" | "node";
}

/** Reads what the scripts of one node write to their logs, piece by piece. */
export class MarkerWatch {
	/** Runs whose way back has begun: its steps have the names of forward ones. */
	readonly #goingBack = new Set<string>();

	/** The boundary that a piece marks; undefined where it marks none. */
	read(text: string): Passed | undefined {
		const [, runId, word, step] = /^##gantry (\S+) (begin|end|revert) (\S+)/.exec(text) ?? [];
		if (runId === undefined || step === undefined) return undefined;
		if (word === "revert") {
			this.#goingBack.add(runId);
			return undefined;
		}
		return { runId, step: `${this.#goingBack.has(runId) ? REVERT : ""}${step}`, edge: word === "begin" ? "begin" : "end", where: "node" };
	}
}
