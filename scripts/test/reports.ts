import { readFileSync } from "node:fs";
import type { Outcome } from "./processes.ts";

export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
}

/** What a stage writes about its result; "exit" is a tool that writes nothing and counts as one check. */
export type ReportKind = "exit" | "vitest" | "playwright";

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** The part of Playwright's JSON report that is read here. */
export interface PlaywrightReport {
	stats: { expected: number; unexpected: number; flaky: number; skipped: number };
	errors: unknown[];
}

/**
 * What a stage counts for. A report never hides a bad exit status: a suite that did not load or a runner that crashed has
 * failed even where every test it counted passed.
 * @param file where the report was to be written
 */
export function countStage(kind: ReportKind, outcome: Pick<Outcome, "status" | "timedOut">, file: string): Counts {
	const wentWell = outcome.status === 0 && !outcome.timedOut;
	const counts = kind === "exit" ? { passed: wentWell ? 1 : 0, failed: 0, skipped: 0 } : readReport(kind, file);
	if (!wentWell && counts.failed === 0) counts.failed = 1;
	// A runner that is content with having found nothing has proved nothing.
	if (wentWell && counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
	return counts;
}

function readReport(kind: "vitest" | "playwright", file: string): Counts {
	try {
		const report: unknown = JSON.parse(readFileSync(file, "utf8"));
		return kind === "vitest" ? countVitest(report as VitestReport) : countPlaywright(report as PlaywrightReport);
	} catch {
		return { passed: 0, failed: 0, skipped: 0 };
	}
}

export function countVitest(report: VitestReport): Counts {
	const brokenFiles = report.testResults.filter(
		(file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
	);
	return {
		passed: report.numPassedTests,
		failed: report.numFailedTests + brokenFiles.length,
		skipped: report.numPendingTests + report.numTodoTests,
	};
}

/** A test that passed only when repeated has failed. */
export function countPlaywright({ stats, errors }: PlaywrightReport): Counts {
	const outside = errors.length > 0 && stats.unexpected === 0 ? 1 : 0;
	return { passed: stats.expected, failed: stats.unexpected + stats.flaky + outside, skipped: stats.skipped };
}
