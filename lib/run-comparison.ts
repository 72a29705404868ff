import type { Facts } from "./contracts/facts.ts";
import type { FileChange } from "./contracts/plan.ts";
import type { RunStepView, RunView } from "./contracts/run.ts";
import { naturalCompare } from "./format.ts";
import { gridColumns } from "./run-grid.ts";

export interface StepPair {
	id: string;
	/** Null where that run has no such step. */
	one: RunStepView | null;
	other: RunStepView | null;
	/** Of the other's duration less the one's, in milliseconds; null where one of them has none. */
	differenceMs: number | null;
}

/** The steps of two runs side by side, in an order that agrees with each run's own; those of the way back last. */
export function compareSteps(one: RunView, other: RunView): StepPair[] {
	const back = [...new Set([one, other].flatMap((run) => run.steps.filter((step) => step.phase === "revert").map((step) => step.id)))];
	const ids = [...gridColumns([one, other], "steps", false).map((column) => column.key), ...back];
	const find = (run: RunView, id: string) => run.steps.find((step) => step.id === id) ?? null;
	return ids.map((id) => {
		const [first, second] = [find(one, id), find(other, id)];
		const [took, tookOther] = [first?.durationMs ?? null, second?.durationMs ?? null];
		return { id, one: first, other: second, differenceMs: took === null || tookOther === null ? null : tookOther - took };
	});
}

export interface Difference {
	/** Where in the facts: `docker.version`, `space[2].path`. */
	path: string;
	/** As text; null where it is not there. */
	one: string | null;
	other: string | null;
}

/** What another moment changes and says nothing about a node: clocks, what runs there now, what older runs left. */
const PASSING =
	/^(?:probeMs|host\.(?:bootId|uptimeS|epochS|clockSkewS)|docker\.containers|containerd\.containers|cni\.(?:reserved|cached)|gantry\.)/;

/** Where the facts of two runs differ, by path. Of lists of words only those that the other does not have; what passes is left out. */
export function compareFacts(one: Facts | null, other: Facts | null): Difference[] {
	const first = flattened(one);
	const second = flattened(other);
	return [...new Set([...first.keys(), ...second.keys()])]
		.filter((path) => !PASSING.test(path))
		.sort(naturalCompare)
		.flatMap((path) => {
			const [here, there] = [first.get(path) ?? null, second.get(path) ?? null];
			if (Array.isArray(here) && Array.isArray(there)) {
				const [onlyHere, onlyThere] = [without(here, there), without(there, here)];
				return onlyHere === null && onlyThere === null ? [] : [{ path, one: onlyHere, other: onlyThere }];
			}
			const [told, toldThere] = [written(here), written(there)];
			return told === toldThere ? [] : [{ path, one: told, other: toldThere }];
		});
}

type Leaf = string | readonly string[];

function written(leaf: Leaf | null): string | null {
	return typeof leaf === "string" || leaf === null ? leaf : leaf.join(", ");
}

function without(these: readonly string[], those: readonly string[]): string | null {
	const rest = these.filter((one) => !those.includes(one));
	return rest.length === 0 ? null : rest.join(", ");
}

/** Every value by its path; a list of words is one value. What could not be read says why. */
function flattened(value: unknown, path = "", into = new Map<string, Leaf>()): Map<string, Leaf> {
	if (value === undefined || value === null) return into;
	if (typeof value !== "object") return into.set(path, String(value));
	if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return into.set(path, value.map(String));
	const entries = Object.entries(value);
	if ("known" in value && typeof value.known === "boolean") {
		if (value.known) return flattened(entries.find(([key]) => key === "value")?.[1], path, into);
		return into.set(path, `? ${String(entries.find(([key]) => key === "reason")?.[1] ?? "")}`);
	}
	for (const [key, part] of entries) {
		const step = Array.isArray(value) ? `[${key}]` : path === "" ? key : `.${key}`;
		flattened(part, `${path}${step}`, into);
	}
	return into;
}

export interface FilePair {
	path: string;
	one: FileChange | null;
	other: FileChange | null;
	/** Both are there, and what they leave is the same to the byte, with the same mode and owner. */
	same: boolean;
}

/** The files that two runs change, side by side; those that differ first. */
export function compareFiles(one: readonly FileChange[], other: readonly FileChange[]): FilePair[] {
	const paths = [...new Set([...one, ...other].map((file) => file.path))].sort(naturalCompare);
	const pairs = paths.map((path) => {
		const [first, second] = [one, other].map((files) => files.find((file) => file.path === path) ?? null) as [
			FileChange | null,
			FileChange | null,
		];
		return { path, one: first, other: second, same: first !== null && second !== null && leaves(first) === leaves(second) };
	});
	return [...pairs.filter((pair) => !pair.same), ...pairs.filter((pair) => pair.same)];
}

function leaves({ after }: FileChange): string {
	return after === null ? "" : [after.sha256, after.mode, after.uid, after.gid].join(" ");
}
