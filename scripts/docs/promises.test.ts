import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("docs/promises.md names tests that exist", () => {
	const named = readFileSync("docs/promises.md", "utf8")
		.split("\n")
		.filter((line) => line.startsWith("| ") && !/^\| (what|rule) /.test(line))
		.map((line) => line.slice(2, -2).split(" | ").at(-1) ?? "")
		.flatMap((cell) => cell.split("<br>"))
		.map((title) => title.replace(/^\*Node\*: /, "").trim());
	const files = ["server", "e2e", "app", "lib", "scripts"].flatMap(readAll).join("\n");
	expect(named.length).toBeGreaterThan(80);
	expect(named.filter((title) => !files.includes(title))).toEqual([]);
});

function readAll(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((path) => /\.(test|spec)\.ts$|safety-[a-z-]+\.ts$/.test(path))
		.map((path) => readFileSync(join(folder, path), "utf8"));
}
