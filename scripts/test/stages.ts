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
	// The letters of the pictures that pages are compared with.
	letters: { programs: ["/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"], package: "fonts-dejavu-core" },
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
const playwright = (...projects: string[]) => [
	bin("playwright"),
	"test",
	...projects.map((project) => `--project=${project}`),
	"--reporter=list,json",
];
const FLEET_CHECK = [bin("tsx"), "scripts/fleet-check.ts"];

/** The main job on real nodes, and that the simulated ones do the same: without these a run of the whole is none. */
const FIRST = ["conformance", "main-job"];

interface Later {
	/** For --only. */
	name: string;
	project: "fleet" | "own-fleet";
	/** By the beginning of their names, in e2e/fleet. */
	files: readonly string[];
	/** What it takes at most. */
	minutes: number;
}

/**
 * What comes after all else, each with the minutes that it takes at most on a slow machine: a run that has its time limited may end before
 * the last of them, and says so.
 */
const BEFORE_BROWSER: readonly Later[] = [
	{ name: "engine", project: "fleet", files: ["engine", "kubernetes"], minutes: 18 },
	{ name: "faults", project: "fleet", files: ["faults"], minutes: 15 },
	{ name: "safety", project: "fleet", files: ["safety"], minutes: 45 },
];
const LATER: readonly Later[] = [
	{ name: "remote", project: "fleet", files: ["remote", "ssh", "crictl", "inventory"], minutes: 15 },
	{ name: "control-plane", project: "own-fleet", files: ["control-plane"], minutes: 14 },
	{ name: "keep-docker", project: "fleet", files: ["keep-docker"], minutes: 10 },
	{ name: "completion", project: "own-fleet", files: ["completion"], minutes: 12 },
	// These two build the roots of other Debian suites on a machine that has none yet.
	{ name: "judge", project: "own-fleet", files: ["containerd-judge", "sshd"], minutes: 20 },
	{ name: "api-outage", project: "fleet", files: ["api-outage", "other-console"], minutes: 14 },
	{ name: "lifecycle", project: "own-fleet", files: ["lifecycle"], minutes: 12 },
	{ name: "engine-faults", project: "fleet", files: ["engine-faults"], minutes: 15 },
	{ name: "image", project: "fleet", files: ["image"], minutes: 18 },
	{ name: "suites", project: "own-fleet", files: ["suites"], minutes: 35 },
	// The rules of safety.fleet.test.ts, on the releases that it is not of.
	{ name: "safety-debian-11", project: "own-fleet", files: ["safety-debian-11"], minutes: 50 },
	{ name: "safety-debian-13", project: "own-fleet", files: ["safety-debian-13"], minutes: 50 },
	{ name: "safety-debian-testing", project: "own-fleet", files: ["safety-debian-testing"], minutes: 50 },
];

function later({ name, project, files, minutes: most }: Later): Stage {
	return {
		name,
		title: `real nodes: ${files.join(", ")}`,
		command: [...vitest(project), ...files.map((file) => `e2e/fleet/${file}.${project}.test.ts`)],
		report: "vitest",
		timeoutMs: minutes(most),
		check: FLEET_CHECK,
		realFleet: true,
		needsMs: minutes(most),
	};
}

/** The stages in the order they run: what is quick and likely to fail comes first, what is long and special last. */
export const STAGES: readonly Stage[] = [
	{ name: "lint", title: "lint", command: [bin("biome"), "check", "--error-on-warnings", "."], report: "exit", timeoutMs: minutes(5) },
	{ name: "types", title: "types", command: ["npm", "run", "--silent", "typecheck"], report: "exit", timeoutMs: minutes(5) },
	{ name: "deadcode", title: "dead code", command: [bin("knip")], report: "exit", timeoutMs: minutes(5) },
	{ name: "unit", title: "unit tests", command: vitest("unit"), report: "vitest", timeoutMs: minutes(15), needs: ["busybox"] },
	{
		name: "integration",
		title: "integration tests",
		command: vitest("integration"),
		report: "vitest",
		timeoutMs: minutes(35),
		needs: ["busybox"],
	},
	{
		name: "browser",
		title: "browser tests against the demo",
		command: playwright("demo", "screens"),
		report: "playwright",
		timeoutMs: minutes(65),
		needs: ["chromium", "fonts", "letters"],
		onlyIf: "e2e/specs/demo",
	},
	{
		name: "fleet",
		title: "real nodes",
		command: [...vitest("fleet"), ...FIRST.map((name) => `${name}.fleet.test.ts`)],
		report: "vitest",
		timeoutMs: minutes(60),
		check: FLEET_CHECK,
		realFleet: true,
	},
	...BEFORE_BROWSER.map(later),
	{
		name: "fleet-browser",
		title: "browser tests against real nodes",
		command: playwright("fleet"),
		report: "playwright",
		timeoutMs: minutes(25),
		needsMs: minutes(25),
		needs: ["chromium", "fonts"],
		onlyIf: "e2e/specs/fleet",
		check: FLEET_CHECK,
		realFleet: true,
	},
	...LATER.map(later),
	{
		name: "scale",
		title: "browser tests with two hundred simulated nodes",
		command: playwright("scale"),
		report: "playwright",
		timeoutMs: minutes(30),
		needsMs: minutes(30),
		needs: ["chromium", "fonts"],
		onlyIf: "e2e/specs/scale",
	},
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
