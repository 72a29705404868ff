import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { failures } from "./failures.ts";

function reportFile(content: unknown) {
	const folder = mkdtempSync(join(tmpdir(), "gantry-report-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const file = join(folder, "report.json");
	writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
	return file;
}

it("names vitest's failed tests, and files that did not load", () => {
	const file = reportFile({
		testResults: [
			{
				name: "/checkout/lib/a.test.ts",
				status: "failed",
				assertionResults: [
					{ status: "passed", fullName: "is well", failureMessages: [] },
					{ status: "failed", fullName: "is not", failureMessages: ["Error: expected 1\n\n    at a.ts:1:2"] },
				],
			},
			{ name: "/checkout/lib/b.test.ts", status: "failed", message: "Cannot find module", assertionResults: [] },
			{ name: "/checkout/lib/c.test.ts", status: "passed", message: "", assertionResults: [] },
		],
	});
	expect(failures("vitest", file, "/checkout")).toEqual([
		{ name: "lib/a.test.ts › is not", why: "Error: expected 1\n    at a.ts:1:2" },
		{ name: "lib/b.test.ts", why: "Cannot find module" },
	]);
});

it("names Playwright's, however deep, with those that needed a second try, and without colours", () => {
	const spec = (title: string, status: string, message?: string) => ({
		title,
		file: "demo/a.spec.ts",
		line: 7,
		tests: [{ status, results: [message ? { error: { message } } : {}] }],
	});
	const file = reportFile({
		errors: [],
		suites: [
			{
				specs: [spec("is well", "expected"), spec("was left out", "skipped")],
				suites: [{ specs: [spec("is not", "unexpected", "\u001b[31mError\u001b[39m: no button"), spec("came late", "flaky", "slow")] }],
			},
		],
	});
	expect(failures("playwright", file, "/checkout")).toEqual([
		{ name: "demo/a.spec.ts:7 › is not", why: "Error: no button" },
		{ name: "demo/a.spec.ts:7 › came late", why: "slow" },
	]);
});

it("tells what failed outside of Playwright's tests", () => {
	const file = reportFile({ errors: [{ message: "the server did not start" }], suites: [] });
	expect(failures("playwright", file, "/")).toEqual([{ name: "outside of a test", why: "the server did not start" }]);
});

it("is empty where there is nothing to read", () => {
	expect(failures("exit", "", "/")).toEqual([]);
	expect(failures("vitest", reportFile("{"), "/")).toEqual([]);
	expect(failures("vitest", "/nowhere/report.json", "/")).toEqual([]);
});
