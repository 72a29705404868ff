import { expect, it } from "vitest";
import { migrationStateSchema } from "./contracts/run.ts";
import { countRuns } from "./run-counts.ts";
import { migrationTitle, tabTitle } from "./tab-title.ts";
import { runView } from "./testing/run-view.ts";

const counts = countRuns([
	runView({ id: "a", nodeId: "a", state: "done" }),
	runView({ id: "b", nodeId: "b", state: "cutover" }),
	runView({ id: "c", nodeId: "c", state: "skipped" }),
]);
const of = (state: (typeof migrationStateSchema.options)[number], ticket = "CHG-8841") =>
	migrationTitle({ state, ticket, clusterName: "Prod-03" }, counts, `<${state}>`);

it("puts before the page's name how much nobody has seen", () => {
	expect(tabTitle("Nodes · Gantry", null, 0)).toBe("Nodes · Gantry");
	expect(tabTitle("Nodes · Gantry", null, 2)).toBe("(2) Nodes · Gantry");
	expect(tabTitle("Migration · Gantry", "12/20 · Prod-03", 1)).toBe("(1) 12/20 · Prod-03 · Gantry");
});

it("shows how far a migration is, of the nodes that go", () => {
	expect(of("running")).toBe("1/2 · Prod-03");
	expect(of("stopping")).toBe("1/2 · Prod-03");
});

it("shows how it ended or stands, by a sign and a word", () => {
	expect(of("done")).toBe("✓ <done> · CHG-8841");
	expect(of("done-with-failures")).toBe("✕ <done-with-failures> · CHG-8841");
	expect(of("held", "")).toBe("! <held> · Prod-03");
	for (const state of migrationStateSchema.options) expect(of(state)).toMatch(/ · (CHG-8841|Prod-03)$/);
});
