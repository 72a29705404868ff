import { expect, it } from "vitest";
import type { Facts } from "./contracts/facts.ts";
import type { FileChange } from "./contracts/plan.ts";
import type { RunStepView } from "./contracts/run.ts";
import { compareFacts, compareFiles, compareSteps } from "./run-comparison.ts";
import { runView } from "./testing/run-view.ts";

const step = (id: string, phase: RunStepView["phase"], durationMs: number | null): RunStepView => ({
	id,
	position: 0,
	phase,
	where: "node",
	state: durationMs === null ? "waiting" : "ok",
	startedAt: null,
	durationMs,
	logLine: null,
});

it("puts the steps of two runs side by side, each once, the way back last", () => {
	const one = runView({ steps: [step("snapshot", "prepare", 100), step("evict", "drain", null), step("stop-docker", "cutover", 50)] });
	const other = runView({
		steps: [
			step("snapshot", "prepare", 300),
			step("carry-images", "prepare", 9),
			step("stop-docker", "cutover", 20),
			step("revert:x", "revert", 1),
		],
	});
	expect(compareSteps(one, other).map(({ id, one: a, other: b, differenceMs }) => [id, a !== null, b !== null, differenceMs])).toEqual([
		["snapshot", true, true, 200],
		["carry-images", false, true, null],
		["evict", true, false, null],
		["stop-docker", true, true, -30],
		["revert:x", false, true, null],
	]);
});

it("names the facts that differ by their paths, and of lists what only one has", () => {
	const facts = (change: object) => ({ probeMs: 1, host: { osId: "debian", bootId: "a" }, ...change }) as unknown as Facts;
	const one = facts({
		docker: { version: { known: true, value: "19.3" }, argv: ["dockerd", "-D"] },
		space: [{ path: "/", freeBytes: 1 }],
		etcd: null,
	});
	const other = facts({
		probeMs: 9,
		host: { osId: "debian", bootId: "b" },
		docker: { version: { known: false, reason: "silent" }, argv: ["dockerd", "--tls"] },
		space: [{ path: "/", freeBytes: 1 }, { path: "/var" }],
	});
	expect(compareFacts(one, other)).toEqual([
		{ path: "docker.argv", one: "-D", other: "--tls" },
		{ path: "docker.version", one: "19.3", other: "? silent" },
		{ path: "space[1].path", one: null, other: "/var" },
	]);
	expect(compareFacts(one, one)).toEqual([]);
	expect(compareFacts(null, null)).toEqual([]);
	expect(compareFacts(null, facts({})).map(({ path }) => path)).toEqual(["host.osId"]);
});

it("puts the files that two runs change side by side, those that differ first", () => {
	const file = (path: string, sha256: string | null): FileChange => ({
		path,
		realPath: path,
		stage: "runtime",
		before: null,
		after: sha256 === null ? null : { sha256, contentBase64: null, mode: "0644", uid: 0, gid: 0 },
		source: { kind: "inline" },
		intended: [],
	});
	const pairs = compareFiles(
		[file("/a", "1"), file("/b", "1"), file("/d", null)],
		[file("/a", "1"), file("/b", "2"), file("/c", "3"), file("/d", null)],
	);
	expect(pairs.map(({ path, one, other, same }) => [path, one !== null, other !== null, same])).toEqual([
		["/b", true, true, false],
		["/c", false, true, false],
		["/a", true, true, true],
		["/d", true, true, true],
	]);
});
