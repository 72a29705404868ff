import { expect, it } from "vitest";
import type { Fault } from "./fault.ts";
import type { Judgement } from "./promise.ts";
import { type Tried, table, withTable } from "./table.ts";

const FAULTS: Fault[] = [
	{ name: "killed", family: "console", what: "SIGKILL", inject: async () => {} },
	{ name: "away", family: "cluster", what: "no API", inject: async () => {} },
];

function tried(fault: string, step: string, judgement: Partial<Judgement> = {}, reached = true): Tried {
	const given = { fault, scenario: "migrate", moment: { step, edge: "end" } } as const;
	return { case: given, reached, judgement: { ending: "well", broken: [], linesLost: 0, linesDoubled: 0, ...judgement } };
}

it("has a row for each fault and the sum, and counts no case that never came to its moment", () => {
	const rows = table(FAULTS, [
		tried("console/killed", "cordon"),
		tried("console/killed", "cordon", { ending: "reverted" }),
		tried("console/killed", "commit", { ending: "half-way", broken: ["two runtimes"], linesLost: 2, linesDoubled: 1 }),
		tried("console/killed", "annotate", {}, false),
		tried("cluster/away", "cordon", { ending: "marked" }),
	]).split("\n");
	expect(rows.slice(2)).toEqual([
		"| `console/killed` | SIGKILL | 3 | 2 | 1 | 1 | 0 | 1 | 2 | 1 | 1 |",
		"| `cluster/away` | no API | 1 | 1 | 0 | 0 | 1 | 0 | 0 | 0 | 0 |",
		"| **all** |  | 4 | 2 | 1 | 1 | 1 | 1 | 2 | 1 | 1 |",
	]);
});

it("replaces what lies between the page's markers and nothing else", () => {
	const page = "# Faults\n\n<!-- table:begin -->\n\nold\n\n<!-- table:end -->\n\nrest\n";
	expect(withTable(page, "new")).toBe("# Faults\n\n<!-- table:begin -->\n\nnew\n\n<!-- table:end -->\n\nrest\n");
	expect(withTable(withTable(page, "new"), "new")).toBe(withTable(page, "new"));
	expect(() => withTable("# Faults\n", "new")).toThrow("no place");
});
