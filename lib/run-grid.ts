import type { Phase } from "./contracts/plan.ts";
import type { RunStepView, RunView, StepState } from "./contracts/run.ts";
import { naturalCompare } from "./format.ts";
import type { ShownStepState } from "./run-status.ts";

/** How many nodes are drawn how: every step of each, its phases, or a tile. */
export type GridMode = "steps" | "phases" | "tiles";

export const PHASES = ["prepare", "drain", "cutover", "verify", "finish"] as const satisfies readonly Phase[];
export type GridPhase = Phase | "revert";

export interface GridColumn {
	/** A step's id, a phase's name, or "revert" for the whole way back. */
	key: string;
	phase: GridPhase;
}

export interface GridCell {
	key: string;
	state: StepState;
	/** Of what has ended. */
	durationMs: number | null;
	/** Of what runs: milliseconds since 1970. */
	startedMs: number | null;
	/** Where the log speaks of it. */
	logLine: number | null;
	/** For a phase: how many of its steps have ended well. */
	done: number;
	total: number;
	/** The step to open: the failed one, else the running one, else the last that began. */
	stepId: string | null;
}

export const MOST_STEP_ROWS = 30;
export const MOST_PHASE_ROWS = 100;

export function gridMode(nodes: number): GridMode {
	if (nodes <= MOST_STEP_ROWS) return "steps";
	return nodes <= MOST_PHASE_ROWS ? "phases" : "tiles";
}

/** Of each node the newest attempt first, with the earlier ones; in the migration's order. */
export function latestRuns(runs: readonly RunView[]): { run: RunView; earlier: RunView[] }[] {
	const byNode = new Map<string, RunView[]>();
	for (const run of runs) {
		const of = byNode.get(run.nodeId);
		if (of) of.push(run);
		else byNode.set(run.nodeId, [run]);
	}
	return [...byNode.values()]
		.map((attempts) => {
			const [run, ...earlier] = attempts.sort((a, b) => b.attempt - a.attempt) as [RunView, ...RunView[]];
			return { run, earlier };
		})
		.sort((a, b) => a.run.position - b.run.position || naturalCompare(a.run.nodeName, b.run.nodeName));
}

/** The columns that all of these runs fit in. The way back is one column, and only where some node goes it. */
export function gridColumns(
	runs: readonly RunView[],
	mode: "steps" | "phases",
	goesBack = runs.some((run) => run.steps.some((step) => step.phase === "revert")),
): GridColumn[] {
	const columns: GridColumn[] = mode === "steps" ? stepColumns(runs) : phaseColumns(runs);
	return goesBack ? [...columns, { key: "revert", phase: "revert" }] : columns;
}

function phaseColumns(runs: readonly RunView[]): GridColumn[] {
	const used = new Set(runs.flatMap((run) => run.steps.map((step) => step.phase)));
	return PHASES.filter((phase) => used.size === 0 || used.has(phase)).map((phase) => ({ key: phase, phase }));
}

/** Steps of all runs in one order that agrees with each run's own. */
function stepColumns(runs: readonly RunView[]): GridColumn[] {
	const columns = new Map<string, GridColumn>();
	const before = new Map<string, Set<string>>();
	for (const run of runs) {
		let previous: string | null = null;
		for (const { id, phase } of forwardSteps(run)) {
			if (!columns.has(id)) columns.set(id, { key: id, phase });
			const of = before.get(id) ?? new Set();
			before.set(id, of);
			if (previous !== null) of.add(previous);
			previous = id;
		}
	}
	const ordered: GridColumn[] = [];
	while (columns.size > 0) {
		const remaining = [...columns.values()];
		// Two runs that disagree would leave no first one: then the one that was met first goes first.
		const next = remaining.find(({ key }) => ![...(before.get(key) ?? [])].some((earlier) => columns.has(earlier))) ?? remaining[0];
		if (!next) break;
		columns.delete(next.key);
		ordered.push(next);
	}
	return PHASES.flatMap((phase) => ordered.filter((column) => column.phase === phase));
}

/** The cells of one run for these columns; a step that the run does not have is null. */
export function gridCells(run: RunView, columns: readonly GridColumn[], mode: "steps" | "phases"): (GridCell | null)[] {
	return columns.map((column) => {
		const steps =
			column.phase === "revert"
				? run.steps.filter((step) => step.phase === "revert")
				: mode === "phases"
					? run.steps.filter((step) => step.phase === column.phase)
					: run.steps.filter((step) => step.id === column.key);
		return steps.length === 0 ? null : cellOf(column.key, steps);
	});
}

/** Several steps as one: failed if one is, running while one is, done when all are. */
export function cellOf(key: string, steps: readonly RunStepView[]): GridCell {
	const ended = (step: RunStepView) => step.state === "ok" || step.state === "skipped";
	const failed = steps.find((step) => step.state === "failed");
	const running = steps.find((step) => step.state === "running");
	const unknown = steps.find((step) => step.state === "unknown");
	const begun = steps.findLast((step) => step.state !== "waiting");
	const done = steps.filter(ended).length;
	let state: StepState = "waiting";
	if (failed) state = "failed";
	else if (running) state = "running";
	else if (unknown) state = "unknown";
	else if (steps.every((step) => step.state === "skipped")) state = "skipped";
	else if (done === steps.length) state = "ok";
	else if (done > 0) state = "running";
	const durations = steps.flatMap((step) => step.durationMs ?? []);
	const starts = steps.flatMap((step) => (step.startedAt === null ? [] : Date.parse(step.startedAt)));
	const chosen = failed ?? running ?? unknown ?? begun ?? null;
	return {
		key,
		state,
		durationMs: durations.length > 0 ? durations.reduce((sum, one) => sum + one, 0) : null,
		startedMs: starts.length > 0 ? Math.min(...starts) : null,
		logLine: chosen?.logLine ?? null,
		done,
		total: steps.length,
		stepId: chosen?.id ?? steps[0]?.id ?? null,
	};
}

/** What a cell or step of a node is shown as: nothing is shown as running that has not answered for a while, or does not go on. */
export function shownState(state: StepState, signs: { unknown: boolean; blocked: boolean }): ShownStepState {
	if (state !== "running") return state;
	return signs.unknown ? "unknown" : signs.blocked ? "blocked" : state;
}

export function forwardSteps(run: RunView): RunStepView[] {
	return run.steps.filter((step) => step.phase !== "revert");
}

/** The step that a node is at, on the way back too; null before its first one and after its last. */
export function stepNow(run: RunView): string | null {
	return run.steps.find((step) => step.state === "running")?.id ?? null;
}

/** Which column stands for one of others: its own, else the first of its phase, else the node's own cell. */
export function columnLike(column: GridColumn | undefined, columns: readonly GridColumn[]): number {
	if (!column) return -1;
	const same = columns.findIndex(({ key }) => key === column.key);
	return same >= 0 ? same : columns.findIndex(({ phase }) => phase === column.phase);
}

/** True where another phase begins with the column. */
export function startsPhase(columns: readonly GridColumn[], index: number): boolean {
	return columns[index]?.phase !== columns[index - 1]?.phase;
}

/** The phases of the columns, each with how many it has. */
export function phaseGroups(columns: readonly GridColumn[]): { phase: GridPhase; columns: number }[] {
	const groups: { phase: GridPhase; columns: number }[] = [];
	for (const column of columns) {
		const last = groups.at(-1);
		if (last?.phase === column.phase) last.columns += 1;
		else groups.push({ phase: column.phase, columns: 1 });
	}
	return groups;
}

/** Where an arrow key leads from a cell; null where it leads nowhere. Column -1 is the node's own cell. */
export function moveInGrid(
	from: { row: number; column: number },
	key: string,
	size: { rows: number; columns: number },
): { row: number; column: number } | null {
	const to = { ...from };
	if (key === "ArrowUp") to.row -= 1;
	else if (key === "ArrowDown") to.row += 1;
	else if (key === "ArrowLeft") to.column -= 1;
	else if (key === "ArrowRight") to.column += 1;
	else if (key === "Home") to.column = -1;
	else if (key === "End") to.column = size.columns - 1;
	else if (key === "PageUp") to.row = Math.max(0, from.row - 10);
	else if (key === "PageDown") to.row = Math.min(size.rows - 1, from.row + 10);
	else return null;
	const inside = to.row >= 0 && to.row < size.rows && to.column >= -1 && to.column < size.columns;
	return inside && (to.row !== from.row || to.column !== from.column) ? to : null;
}
