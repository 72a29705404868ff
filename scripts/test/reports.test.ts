import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { countPlaywright, countStage, countVitest } from "./reports.ts";

const ended = (status: number | null, timedOut = false) => ({ status, timedOut });
const vitest = (over: object = {}) => ({
	numPassedTests: 3,
	numFailedTests: 0,
	numPendingTests: 1,
	numTodoTests: 1,
	testResults: [],
	...over,
});
const playwright = (stats: object, errors: unknown[] = []) => ({
	stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 1, ...stats },
	errors,
});

function reportFile(content?: unknown) {
	const folder = mkdtempSync(join(tmpdir(), "gantry-report-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const file = join(folder, "report.json");
	if (content !== undefined) writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
	return file;
}

it("counts a tool without a report as one check", () => {
	expect(countStage("exit", ended(0), "")).toEqual({ passed: 1, failed: 0, skipped: 0 });
	expect(countStage("exit", ended(2), "")).toEqual({ passed: 0, failed: 1, skipped: 0 });
	expect(countStage("exit", ended(null), "")).toEqual({ passed: 0, failed: 1, skipped: 0 });
	expect(countStage("exit", ended(0, true), "")).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it("counts vitest's report, with todo as skipped", () => {
	expect(countStage("vitest", ended(0), reportFile(vitest()))).toEqual({ passed: 3, failed: 0, skipped: 2 });
	expect(countVitest(vitest({ numFailedTests: 2 }))).toEqual({ passed: 3, failed: 2, skipped: 2 });
});

it("counts a test file that did not load as a failure", () => {
	const broken = { status: "failed", assertionResults: [] };
	const failedTest = { status: "failed", assertionResults: [{ status: "failed" }] };
	expect(countVitest(vitest({ numFailedTests: 1, testResults: [broken, failedTest] })).failed).toBe(2);
});

it("counts Playwright's report, with a test that needed a second try as failed", () => {
	expect(countPlaywright(playwright({}))).toEqual({ passed: 2, failed: 0, skipped: 1 });
	expect(countPlaywright(playwright({ unexpected: 1, flaky: 1 }))).toEqual({ passed: 2, failed: 2, skipped: 1 });
	expect(countPlaywright(playwright({}, [{ message: "the server did not start" }])).failed).toBe(1);
});

it("never lets a report hide a bad exit", () => {
	expect(countStage("vitest", ended(1), reportFile(vitest())).failed).toBe(1);
	expect(countStage("vitest", ended(null, true), reportFile(vitest())).failed).toBe(1);
});

it("takes a missing, cut or empty report for a failure, even after a good exit", () => {
	expect(countStage("vitest", ended(0), reportFile())).toEqual({ passed: 0, failed: 1, skipped: 0 });
	expect(countStage("vitest", ended(0), reportFile('{"numPassed'))).toEqual({ passed: 0, failed: 1, skipped: 0 });
	expect(countStage("playwright", ended(0), reportFile(playwright({ expected: 0, skipped: 0 }))).failed).toBe(1);
});
