import type { Failure } from "./failures.ts";
import type { Counts } from "./reports.ts";

/** What became of one stage. */
export interface Result {
	title: string;
	counts: Counts;
	seconds: number;
	/** False when it could not run here; `note` then says why. */
	ran: boolean;
	realFleet: boolean;
	note?: string | undefined;
	failures?: readonly Failure[];
}

/** The sum over all stages. */
export function total(results: readonly Result[]): Counts {
	const sum = { passed: 0, failed: 0, skipped: 0 };
	for (const { counts } of results) {
		sum.passed += counts.passed;
		sum.failed += counts.failed;
		sum.skipped += counts.skipped;
	}
	return sum;
}

/** The last lines of a run: a table, what failed, every stage that could not run with its reason, and the sum as the very last line. */
export function summary(results: readonly Result[]): string {
	const width = Math.max(...results.map(({ title }) => title.length));
	const table = results.map(({ title, counts, seconds, note }) => {
		const numbers = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
		return `  ${title.padEnd(width)}  ${`${seconds.toFixed(0)} s`.padStart(7)}  ${numbers}${note ? `  (${firstLine(note)})` : ""}`;
	});
	const notRun = results.filter(({ ran, realFleet }) => !ran && !realFleet);
	const fleetNotRun = results.filter(({ ran, realFleet }) => !ran && realFleet);
	const sum = total(results);
	return [
		"",
		...table,
		...results.flatMap(failed),
		...notRun.map(({ title, note }) => `NOT RUN: ${title}: ${note}`),
		...fleetNotRun.map(({ title, note }) => `${FLEET_NOT_RUN} (${title}): ${note}`),
		`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`,
		"",
	].join("\n");
}

/** What .ci/run looks for. */
export const FLEET_NOT_RUN = "THE REAL FLEET WAS NOT RUN";

/** More than these are known to be of one cause. */
const MOST_FAILURES = 10;

function failed({ title, failures = [] }: Result): string[] {
	const told = failures.slice(0, MOST_FAILURES).map(({ name, why }) => `FAILED: ${title}: ${name}\n${why.replace(/^/gm, "    ")}`);
	return failures.length > MOST_FAILURES ? [...told, `FAILED: ${title}: ${failures.length - MOST_FAILURES} more`] : told;
}

const firstLine = (text: string) => text.split("\n", 1)[0];
