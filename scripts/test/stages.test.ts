import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { chooseStages, lanesOf, STAGES } from "./stages.ts";

it("runs all stages unless some are named, and those in their own order", () => {
	expect(chooseStages(undefined)).toBe(STAGES);
	expect(chooseStages("unit, lint").map(({ name }) => name)).toEqual(["lint", "unit"]);
});

it("refuses a name that is no stage's", () => {
	expect(() => chooseStages("lint,units")).toThrow(/no stage units; there are lint, types/);
});

it("bounds every stage", () => {
	for (const { name, timeoutMs } of STAGES) expect(timeoutMs, name).toBeGreaterThan(0);
});

it("names real nodes as such wherever it checks for them", () => {
	expect(STAGES.filter(({ check }) => check).every(({ realFleet }) => realFleet)).toBe(true);
	expect(STAGES.some(({ realFleet }) => realFleet)).toBe(true);
});

// A developer who runs one npm script must run what the stage runs.
it("agrees with package.json", () => {
	const { scripts } = JSON.parse(readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8"));
	const command = (name: string) =>
		STAGES.find((stage) => stage.name === name)
			?.command.join(" ")
			.replaceAll("node_modules/.bin/", "");
	expect(command("lint")).toBe(scripts.lint);
	expect(command("deadcode")).toBe(scripts.deadcode);
	for (const project of ["unit", "integration", "fleet", "own-fleet"]) expect(command(project)).toContain(scripts[`test:${project}`]);
});

it("runs what needs no nodes beside them, and the browser on real nodes when all others have ended", () => {
	const [machine, nodes, last] = lanesOf(STAGES);
	expect(machine.map(({ name }) => name)).toEqual(["lint", "types", "deadcode", "unit", "integration", "browser"]);
	expect(nodes.map(({ name }) => name)).toEqual(["fleet", "own-fleet"]);
	expect(last.map(({ name }) => name)).toEqual(["fleet-browser"]);
	expect(lanesOf(chooseStages("fleet-browser"))).toMatchObject([[], [], [{ name: "fleet-browser" }]]);
});
