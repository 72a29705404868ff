import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Case } from "./case.ts";
import { momentName } from "./moments.ts";
import type { Tried } from "./table.ts";

/** What a case came to, and by which product. */
export interface Result extends Tried {
	/** Short, of the last commit that changed the product or the simulation; with `+` where files differ from it. */
	commit: string;
	case: Case;
}

const MATTERS = ["server", "lib", "prisma", "e2e/faults", "e2e/simulator", "e2e/fleet"];

export function commitNow(): string {
	const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
	const dirty = git("status", "--porcelain", "--", ...MATTERS) !== "";
	return `${git("log", "-1", "--format=%h", "--", ...MATTERS)}${dirty ? "+" : ""}`;
}

/** Everything about a case that its outcome follows from. */
export function caseKey({ seed, fault, scenario, shape, moment }: Case): string {
	return [seed, fault, scenario, shape, momentName(moment)].join(" ");
}

/** A file that a run which was cut short leaves to the next: one result on each line, a later one in place of an earlier one. */
export class ResultsFile<T> {
	constructor(
		private readonly path: string,
		private readonly options: { keyOf: (result: T) => string; keptThePromise: (result: T) => boolean },
	) {}

	add(result: T): void {
		appendFileSync(this.path, `${JSON.stringify(result)}\n`);
	}

	/** By the case's key: those that kept the promise. What broke it, or was cut off in the middle of its line, is tried again. */
	kept(): Map<string, T> {
		const { keyOf, keptThePromise } = this.options;
		const found = new Map<string, T>();
		if (!existsSync(this.path)) return found;
		for (const line of readFileSync(this.path, "utf8").split("\n")) {
			const result = parsed<T>(line);
			if (!result) continue;
			if (keptThePromise(result)) found.set(keyOf(result), result);
			else found.delete(keyOf(result));
		}
		return found;
	}
}

/** Of cases on simulated nodes. */
export function caseResults(path: string): ResultsFile<Result> {
	return new ResultsFile(path, {
		keyOf: (result) => caseKey(result.case),
		keptThePromise: ({ judgement }) => judgement.broken.length === 0,
	});
}

/** Undefined for a line that a killed process did not end. */
function parsed<T>(line: string): T | undefined {
	try {
		return JSON.parse(line) as T;
	} catch {
		return undefined;
	}
}

/** How many by which commit, most first: `5,000 by 614e8df, 397 by fae011d`. */
export function byCommit(results: readonly { commit: string }[]): string {
	const counts = new Map<string, number>();
	for (const { commit } of results) counts.set(commit, (counts.get(commit) ?? 0) + 1);
	return [...counts]
		.sort(([, a], [, b]) => b - a)
		.map(([commit, count]) => `${count} by ${commit}`)
		.join(", ");
}
