import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
/** The server's alone: 35 kB compressed on every page. Types of theirs cost nothing. */
const SERVERS = ["zod"];

it("no page carries the schemas", () => {
	const seen = new Set<string>();
	const found: string[] = [];
	const follow = (file: string, way: readonly string[]) => {
		if (seen.has(file)) return;
		seen.add(file);
		const here = [...way, relative(ROOT, file)];
		for (const name of importsOf(readFileSync(file, "utf8"))) {
			if (SERVERS.includes(name)) found.push([...here, name].join(" → "));
			const next = name.startsWith("@/") ? join(ROOT, name.slice(2)) : name.startsWith(".") ? resolve(dirname(file), name) : null;
			if (next !== null && /\.tsx?$/.test(next) && existsSync(next)) follow(next, here);
		}
	};
	for (const entry of readdirSync(join(ROOT, "components"), { recursive: true, encoding: "utf8" }))
		if (/\.tsx?$/.test(entry) && !entry.includes(".test.")) follow(join(ROOT, "components", entry), []);
	follow(join(ROOT, "lib/stream-worker.ts"), []);
	expect(seen.size).toBeGreaterThan(200);
	expect(found).toEqual([]);
});

/** What a file imports at run time. */
function importsOf(source: string): string[] {
	return [...source.matchAll(/^(?:import|export)(?! type)(?:[^"';]*? from)? ?"([^"]+)"|\bimport\("([^"]+)"\)/gm)].map(
		([, named, later]) => named ?? later ?? "",
	);
}
