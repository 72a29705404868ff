import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);

// The lint rule sees what Biome reads; this also sees shell scripts, documents and folders of data.
it("names no file or folder utils, helpers or misc", () => {
	expect(tracked.filter((path) => path.split("/").some((part) => /^(utils?|helpers?|misc)(\.|$)/i.test(part)))).toEqual([]);
});

// A rule that can be silenced on the spot is not a wall: change the rule, with its test, or the code.
it("silences no rule and no type error", () => {
	const marker = new RegExp(
		["biome-ignore", "@ts-ignore", "@ts-expect-error", "@ts-nocheck"].map((word) => `(?://|/\\*)\\s*${word}`).join("|"),
	);
	const sources = tracked.filter((path) => /\.(ts|tsx|mts|mjs|js|css)$/.test(path) && existsSync(join(root, path)));
	const silenced = sources.filter((path) => lstatSync(join(root, path)).isFile() && marker.test(readFileSync(join(root, path), "utf8")));
	expect(silenced).toEqual([]);
});
