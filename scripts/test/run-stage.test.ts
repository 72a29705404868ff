import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fleetsWith } from "./fleets.ts";
import { endMarked, MARK, marked, runBounded } from "./processes.ts";
import { runStage } from "./run-stage.ts";
import type { Stage } from "./stages.ts";

const cwd = tmpdir();
const inAnHour = () => performance.now() + 3_600_000;
const env = (id: string) => ({ ...process.env, [MARK]: id });
const node = (source: string) => [process.execPath, "-e", source];
const stage = (command: string[], over: Partial<Stage> = {}): Stage => ({
	name: "s",
	title: "s",
	command,
	report: "exit",
	timeoutMs: 20_000,
	...over,
});
const isAlive = (pid: number) => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};
// Prints nothing and ends only when it is killed; ignores TERM where asked.
const forever = (stubborn = false) => `${stubborn ? 'process.on("SIGTERM", () => {});' : ""} setInterval(() => {}, 1000);`;

describe("runBounded", () => {
	it("gives the exit status", async () => {
		const options = { cwd, env: process.env, timeoutMs: 20_000 };
		expect(await runBounded(node("process.exit(3)"), options)).toEqual({ status: 3, signal: null, timedOut: false });
		expect(await runBounded(["/nowhere/program"], options)).toEqual({ status: 127, signal: null, timedOut: false });
	});

	it("ends the whole process group at the time limit", async () => {
		const id = `limit-${process.pid}`;
		const child = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(forever())}]); ${forever()}`;
		const outcome = await runBounded(node(child), { cwd, env: env(id), timeoutMs: 500 });
		expect(outcome).toMatchObject({ status: null, timedOut: true });
		// Its child got the same signal and needs a moment to die of it.
		await expect.poll(() => marked(id), { timeout: 10_000 }).toEqual([]);
	});

	it("ends when it is told to", async () => {
		const abort = new AbortController();
		const running = runBounded(node(forever()), { cwd, env: process.env, timeoutMs: 20_000, abort: abort.signal });
		abort.abort();
		expect(await running).toMatchObject({ signal: "SIGTERM", timedOut: false });
	});
});

describe("endMarked", () => {
	it("ends what detached itself, even when it ignores TERM, and nothing else", async () => {
		const id = `stray-${process.pid}`;
		const detach = (source: string) =>
			`require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(source)}], { detached: true, stdio: "ignore" }).unref();`;
		await runBounded(node(detach(forever(true)) + detach(forever())), { cwd, env: env(id), timeoutMs: 20_000 });
		await runBounded(node(detach(forever())), { cwd, env: env(`${id}-other`), timeoutMs: 20_000 });
		const strays = marked(id);
		const [other] = marked(`${id}-other`);
		expect(strays).toHaveLength(2);
		expect(await endMarked(id, 500)).toHaveLength(2);
		expect(marked(id)).toEqual([]);
		expect(isAlive(other?.pid ?? 0)).toBe(true);
		await endMarked(`${id}-other`, 500);
	});
});

describe("runStage", () => {
	it("counts a command that went well or did not", async () => {
		expect(await runStage(stage(node("")), { root: cwd, deadline: inAnHour() })).toMatchObject({
			ran: true,
			counts: { passed: 1, failed: 0, skipped: 0 },
		});
		expect(await runStage(stage(node("process.exit(1)")), { root: cwd, deadline: inAnHour() })).toMatchObject({
			ran: true,
			counts: { passed: 0, failed: 1, skipped: 0 },
		});
	});

	it("reads the report where the command was told to write it", async () => {
		const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
		const command = [...node(`require("node:fs").writeFileSync(process.argv[1], ${JSON.stringify(JSON.stringify(report))})`), "{report}"];
		const result = await runStage(stage(command, { report: "vitest" }), { root: cwd, deadline: inAnHour() });
		expect(result.counts).toEqual({ passed: 5, failed: 0, skipped: 0 });
	});

	it("adds no variable that the console would refuse", async () => {
		process.env.GANTRY_TEST_MINUTES = "5";
		onTestFinished(() => void delete process.env.GANTRY_TEST_MINUTES);
		const command = node('process.exit(Object.keys(process.env).some((name) => name.startsWith("GANTRY_TEST")) ? 1 : 0)');
		expect(await runStage(stage(command), { root: cwd, deadline: inAnHour() })).toMatchObject({ counts: { passed: 1 } });
	});

	it("fails at its time limit, and at the whole run's", async () => {
		const slow = stage(node(forever()), { timeoutMs: 300 });
		expect(await runStage(slow, { root: cwd, deadline: inAnHour() })).toMatchObject({
			counts: { failed: 1 },
			note: expect.stringContaining("time limit"),
		});
		expect(await runStage({ ...slow, timeoutMs: 60_000 }, { root: cwd, deadline: performance.now() + 300 })).toMatchObject({
			counts: { failed: 1 },
		});
		expect(await runStage(slow, { root: cwd, deadline: performance.now() - 1 })).toMatchObject({
			counts: { failed: 1 },
			note: "no time left",
		});
	});

	it("does not begin what would not end in the time left, and says how to run it", async () => {
		const long = stage(node(""), { needsMs: 600_000, realFleet: true });
		expect(await runStage(long, { root: cwd, deadline: inAnHour() })).toMatchObject({ ran: true, counts: { passed: 1 } });
		expect(await runStage(long, { root: cwd, deadline: performance.now() + 301_000 })).toMatchObject({
			ran: false,
			realFleet: false,
			counts: { passed: 0, failed: 0, skipped: 1 },
			note: "needs 10 minutes and 5 are left; npm test -- --only s runs it",
		});
	});

	it("counts as skipped, with the reason, what cannot run here", async () => {
		const skipped = { ran: false, counts: { passed: 0, failed: 0, skipped: 1 } };
		const options = { root: cwd, deadline: inAnHour() };
		expect(await runStage(stage(node(""), { onlyIf: "no-such-file" }), options)).toMatchObject({
			...skipped,
			note: "there is no no-such-file",
		});
		const check = node('process.stderr.write("no root\\n"); process.exit(3)');
		expect(await runStage(stage(node(""), { check }), options)).toMatchObject({ ...skipped, note: "no root" });
		const abort = new AbortController();
		abort.abort();
		expect(await runStage(stage(node("")), { ...options, abort: abort.signal })).toMatchObject({ ...skipped, note: "interrupted" });
	});
});

it("knows a fleet by the processes it recorded", () => {
	const folder = mkdtempSync(join(tmpdir(), "gantry-run-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const record = (name: string, pid: number) => {
		mkdirSync(join(folder, name, "pids"), { recursive: true });
		writeFileSync(join(folder, name, "pids/etcd"), `${pid} 4711\n`);
	};
	record("gantry-fleet", 10);
	record("gantry-fleet-mine", 11);
	record("gantry-fleet-theirs", 12);
	mkdirSync(join(folder, "gantry-fleet-empty"));
	mkdirSync(join(folder, "other"));
	expect(fleetsWith(new Set([10, 11]), folder).toSorted()).toEqual(["gantry", "mine"]);
	expect(fleetsWith(new Set(), folder)).toEqual([]);
	expect(fleetsWith(new Set([10]), join(folder, "nowhere"))).toEqual([]);
});
