import type { Phase, PlannedStep } from "../../../lib/contracts/plan.ts";

/**
 * One unit of a node's run: `shell` is the body of the function that the scripts call, and ends with 0 (done),
 * 10 (its effect already held) or anything else (failed; the script goes back). `undo` names the revert step that
 * takes its effect back; null where it changes nothing on the node.
 */
export interface ScriptStep {
	id: string;
	phase: Phase;
	limitS: (sizes: StepSizes) => number;
	shell: string;
	undo: string | null;
}

/** A step that the console does: it has no shell. */
export interface ConsoleStep {
	id: string;
	phase: Phase;
	limitS: (sizes: StepSizes) => number;
}

/** What a step's limit depends on. */
export interface StepSizes {
	imageBytes: number;
	drainTimeoutS: number;
	verifyTimeoutS: number;
}

export function functionName(step: ScriptStep): string {
	return `step_${step.id.replaceAll("-", "_")}`;
}

export function planned(step: ScriptStep | ConsoleStep, sizes: StepSizes): PlannedStep {
	return { id: step.id, phase: step.phase, where: "shell" in step ? "node" : "console", limitS: step.limitS(sizes), values: {} };
}
