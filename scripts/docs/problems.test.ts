import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FINDING_CODES } from "../../server/preflight/preflight.ts";

const rows = readFileSync("docs/problems.md", "utf8")
	.split("\n")
	.filter((line) => /^\| \d/.test(line))
	.map((line) => line.slice(2, -2).split(" | "));

it("docs/problems.md has a row for each of the 43 problems, and says how it ends", () => {
	expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: 43 }, (_, index) => index + 1));
	for (const [number, , ends] of rows) expect(ends?.length, number).toBeGreaterThan(10);
});

it("names codes that exist", () => {
	for (const [number, , ends = ""] of rows) {
		for (const [, code = ""] of ends.matchAll(
			/`((?:adopted|cluster|cni|containerd|crictl|docker|etcd|gantry|images|kubelet|node|policy|workload)\.[a-z.-]+)`/g,
		)) {
			expect(Object.keys(FINDING_CODES), number).toContain(code);
		}
	}
});

it("names a test for each, which names the problem itself; the one that nothing on a node tells has none", () => {
	// A title of a test, or the name of a fixture that a test is made of.
	const titles = ["server", "e2e"].flatMap((folder) =>
		[...readAll(folder).matchAll(/(?:\b(?:it|test)(?:\.each\([^"`]*\))?\(\s*|\bname: )(["`])(.*?)\1/g)].map(([, , title = ""]) => title),
	);
	const without = rows.flatMap(([number = "", , , test = ""]) => (test.trim().replace(/^\|$/, "") === "" ? [number] : []));
	expect(without).toEqual(["30"]);
	for (const [number = "", , , test = ""] of rows.filter(([each = ""]) => !without.includes(each))) {
		expect(numbersOf(test), `${number}: ${test}`).toContain(number);
		expect(
			titles.some((title) => title.startsWith(test.trim())),
			`${number}: ${test}`,
		).toBe(true);
	}
});

/** "problems 4 and 5: …" as "4" and "5". */
const numbersOf = (title: string) => /^problems? ([\d, and]+):/.exec(title.trim())?.[1]?.match(/\d+/g) ?? [];

function readAll(folder: string): string {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.map((path) => join(folder, path))
		.filter((path) => path.endsWith(".ts") && /\.test\.ts$|safety-|\/fixtures\//.test(path))
		.map((path) => readFileSync(path, "utf8"))
		.join("\n");
}
