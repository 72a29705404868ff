import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder } from "./names.ts";

/**
 * A folder of the cache, built once: `build` fills a temporary folder beside it, which is renamed when complete, so that
 * an interrupted build is never taken for a result. Two builders at once are harmless: the second throws its own away.
 */
export async function cached(path: string, build: (folder: string) => Promise<void>): Promise<string> {
	const target = join(cacheFolder(), path);
	if (await exists(target)) return target;
	await mkdir(dirname(target), { recursive: true });
	const temporary = await mkdtemp(`${target}.tmp-`);
	try {
		await build(temporary);
		await rename(temporary, target);
	} catch (error) {
		await rm(temporary, { recursive: true, force: true });
		if (!(await exists(target))) throw error;
	}
	return target;
}

/** A short key for a recipe: any change to it makes another folder of the cache. */
export function recipeKey(recipe: unknown): string {
	return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
}

/** The SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
	const hash = createHash("sha256");
	for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
	return hash.digest("hex");
}

/** Whether something lies at `path`. */
export function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
