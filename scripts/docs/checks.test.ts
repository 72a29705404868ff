import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FINDING_CODES } from "../../server/preflight/preflight.ts";
import { CHECKS_PAGE, checksPage } from "./checks.ts";

it("docs/checks.md is what the code gives; `npm run docs:checks` writes it", () => {
	expect(readFileSync(CHECKS_PAGE, "utf8")).toBe(checksPage());
});

it("names every code once, with a sentence, and what to do where it keeps a node out", () => {
	const rows = checksPage()
		.split("\n")
		.filter((line) => line.startsWith("| `"))
		.map((line) => line.replace(/^\| /, "").split(" | "));
	expect(rows.map(([code]) => code?.replaceAll("`", "")).sort()).toEqual(Object.keys(FINDING_CODES).sort());
	for (const [code, severity, , text, todo] of rows) {
		expect(text, code).not.toBe("");
		if (severity === "block") expect(todo, code).not.toBe("");
	}
});
