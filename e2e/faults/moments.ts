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

/** Looks at one piece that a script writes to its log; undefined where that marks no step. */
export function markedBy(text: string): Passed | undefined {
	const [, runId, edge, step] = /^##gantry (\S+) (begin|end) (\S+)/.exec(text) ?? [];
	if (runId === undefined || step === undefined) return undefined;
	return { runId, step, edge: edge === "begin" ? "begin" : "end", where: "node" };
}
