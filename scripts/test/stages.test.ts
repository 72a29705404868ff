import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { chooseStages, STAGES } from "./stages.ts";

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
	for (const project of ["unit", "integration", "fleet"]) expect(command(project)).toContain(scripts[`test:${project}`]);
	expect(command("control-plane")).toContain(scripts["test:own-fleet"]);
});

it("runs every file on real nodes in exactly one stage", () => {
	const all = ["e2e/conformance", "e2e/fleet"].flatMap((folder) =>
		readdirSync(fileURLToPath(new URL(`../../${folder}`, import.meta.url))).filter((name) => name.endsWith("fleet.test.ts")),
	);
	const run = STAGES.flatMap(({ command }) => command.filter((word) => word.endsWith("fleet.test.ts"))).map((file) => basename(file));
	expect(run.toSorted()).toEqual(all.toSorted());
	for (const stage of STAGES)
		for (const file of stage.command.filter((word) => word.endsWith("fleet.test.ts")))
			expect(stage.command.join(" ")).toContain(file.includes(".own-fleet.") ? "--project own-fleet" : "--project fleet");
});

it("always runs the main job on real nodes, and begins nothing else on them that would not end in time", () => {
	const always = STAGES.filter(({ realFleet, needsMs }) => realFleet && needsMs === undefined);
	expect(always.map(({ name }) => name)).toEqual(["fleet"]);
	expect(always[0]?.command.join(" ")).toContain("main-job.fleet.test.ts");
	for (const { name, timeoutMs, needsMs } of STAGES) if (needsMs !== undefined) expect(needsMs, name).toBeGreaterThanOrEqual(timeoutMs);
});
