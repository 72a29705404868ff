import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Requirement } from "../bootstrap/packages.mjs";
import type { ReportKind } from "./reports.ts";

/** One part of `npm test`. */
export interface Stage {
	/** For --only. */
	name: string;
	title: string;
	/** Program and arguments; `{report}` stands for the report's path. */
	command: readonly string[];
	report: ReportKind;
	timeoutMs: number;
	needs?: readonly (keyof typeof PROGRAMS)[];
	/** A file without which there is nothing to run yet. */
	onlyIf?: string;
	/** A command that fails, with the reason on standard error, where this stage cannot run. */
	check?: readonly string[];
	/** Whether it brings up real nodes. */
	realFleet?: boolean;
	/** It begins only where the whole run has as much time left, and is said not to have run where it has not. */
	needsMs?: number;
}

/** Programs and files of the system that a stage may need, and the Debian packages that bring them. Real nodes check their own. */
export const PROGRAMS = {
	chromium: { programs: ["chromium", "chromium-browser", "google-chrome"], package: "chromium" },
	// Pages are checked in Chinese as well, and a headless machine has no font for it.
	fonts: { programs: ["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"], package: "fonts-noto-cjk" },
	busybox: { programs: ["busybox"], package: "busybox" },
} satisfies Record<string, Requirement>;

const minutes = (n: number) => n * 60_000;
const bin = (name: string) => `node_modules/.bin/${name}`;
const vitest = (project: string) => [
	bin("vitest"),
	"run",
	"--project",
	project,
	"--reporter=default",
	"--reporter=json",
	"--outputFile.json={report}",
];
// The list reporter shows progress; the JSON one is written where PLAYWRIGHT_JSON_OUTPUT_NAME says.
const playwright = (project: string) => [bin("playwright"), "test", `--project=${project}`, "--reporter=list,json"];
const FLEET_CHECK = [bin("tsx"), "scripts/fleet-check.ts"];

/**
 * Files on real nodes that come after all else, with the minutes that each takes at most: those that bring nodes of their own up, and what
 * another file shows in a shorter way. A run that has its time limited may end before them, and says so.
 */
const LATER: Readonly<Record<string, number>> = {
	"e2e/fleet/containerd-judge.own-fleet.test.ts": 4,
	"e2e/fleet/completion.own-fleet.test.ts": 9,
	"e2e/fleet/keep-docker.fleet.test.ts": 9,
	"e2e/fleet/control-plane.own-fleet.test.ts": 11,
	"e2e/fleet/lifecycle.own-fleet.test.ts": 9,
	"e2e/fleet/sshd.own-fleet.test.ts": 4,
	"e2e/fleet/other-console.fleet.test.ts": 7,
	"e2e/fleet/api-outage.fleet.test.ts": 9,
	"e2e/fleet/engine-faults.fleet.test.ts": 15,
	"e2e/fleet/image.fleet.test.ts": 15,
	"e2e/fleet/suites.own-fleet.test.ts": 20,
};

/** Test files on real nodes, by how their names end. */
function filesOf(ending: string): string[] {
	return ["e2e/conformance", "e2e/fleet"].flatMap((folder) =>
		readdirSync(fileURLToPath(new URL(`../../${folder}`, import.meta.url)))
			.filter((name) => name.endsWith(ending))
			.sort()
			.map((name) => `${folder}/${name}`),
	);
}

/** The stages in the order they run: what is quick and likely to fail comes first, what is long and special last. */
export const STAGES: readonly Stage[] = [
	{ name: "lint", title: "lint", command: [bin("biome"), "check", "--error-on-warnings", "."], report: "exit", timeoutMs: minutes(5) },
	{ name: "types", title: "types", command: ["npm", "run", "--silent", "typecheck"], report: "exit", timeoutMs: minutes(5) },
	{ name: "deadcode", title: "dead code", command: [bin("knip")], report: "exit", timeoutMs: minutes(5) },
	{ name: "unit", title: "unit tests", command: vitest("unit"), report: "vitest", timeoutMs: minutes(10), needs: ["busybox"] },
	{
		name: "integration",
		title: "integration tests",
		command: vitest("integration"),
		report: "vitest",
		timeoutMs: minutes(25),
		needs: ["busybox"],
	},
	{
		name: "browser",
		title: "browser tests against the demo",
		command: playwright("demo"),
		report: "playwright",
		timeoutMs: minutes(25),
		needs: ["chromium", "fonts"],
		onlyIf: "e2e/specs/demo",
	},
	{
		name: "fleet",
		title: "real nodes",
		command: [...vitest("fleet"), ...filesOf(".fleet.test.ts").filter((file) => !(file in LATER))],
		report: "vitest",
		timeoutMs: minutes(60),
		check: FLEET_CHECK,
		realFleet: true,
	},
	{
		name: "fleet-browser",
		title: "browser tests against real nodes",
		command: playwright("fleet"),
		report: "playwright",
		timeoutMs: minutes(25),
		needs: ["chromium", "fonts"],
		onlyIf: "e2e/specs/fleet",
		check: FLEET_CHECK,
		realFleet: true,
	},
	...Object.entries(LATER).map(([file, most]): Stage => {
		const project = file.includes(".own-fleet.") ? "own-fleet" : "fleet";
		const name = basename(file, `.${project}.test.ts`);
		return {
			name,
			title: `real nodes: ${name}`,
			command: [...vitest(project), file],
			report: "vitest",
			timeoutMs: minutes(most),
			check: FLEET_CHECK,
			realFleet: true,
			needsMs: minutes(most),
		};
	}),
];

/**
 * The stages that `--only` names (comma-separated), in their own order; all where it is absent.
 * @throws {Error} on a name that is no stage's
 */
export function chooseStages(only: string | undefined, stages = STAGES): readonly Stage[] {
	if (only === undefined) return stages;
	const names = only.split(",").map((name) => name.trim());
	const known = stages.map(({ name }) => name);
	const unknown = names.filter((name) => !known.includes(name));
	if (unknown.length > 0) throw new Error(`no stage ${unknown.join(", ")}; there are ${known.join(", ")}`);
	return stages.filter(({ name }) => names.includes(name));
}
