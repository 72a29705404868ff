import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "./names.ts";
import { must } from "./process.ts";
import type { Suite } from "./suites.ts";

/** Makes `root` the smallest installation of a Debian release with these packages. What it downloads is kept in the cache. */
export async function debootstrap(suite: Suite, packages: readonly string[], root: string): Promise<void> {
	const debs = join(cacheFolder(), "debs", suite.name);
	await mkdir(debs, { recursive: true });
	const args = ["--variant=minbase", `--cache-dir=${debs}`, `--include=${packages.join(",")}`, suite.name, root];
	// An empty mirror is debootstrap's own default.
	if (suite.script) args.push("", suite.script);
	await must("debootstrap", args, { timeoutMs: 900_000 });
}
