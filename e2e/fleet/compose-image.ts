import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cached, recipeKey } from "./cache.ts";
import { debootstrap } from "./debootstrap.ts";
import type { FleetImage } from "./images.ts";
import { must } from "./process.ts";
import { SUITES } from "./suites.ts";

/** Docker Compose 2.26: the oldest Debian release that has the second generation is newer than the hosts'. */
const PACKAGES = ["ca-certificates", "docker-cli", "docker-compose"];

/** Docker Compose in an image of its own, so that a host runs it without having it installed: it needs Docker's socket only. */
export async function composeImage(progress: (line: string) => void): Promise<FleetImage> {
	const recipe = { suite: "trixie", packages: PACKAGES, version: 1 };
	const folder = await cached(`compose/${recipeKey(recipe)}`, async (temporary) => {
		progress("building an image with Docker Compose (once per machine, about a minute)");
		const root = join(temporary, "root");
		await debootstrap(SUITES.trixie, PACKAGES, root);
		await must("tar", ["--numeric-owner", "-cf", join(temporary, "compose.tar"), "-C", root, "."], { timeoutMs: 300_000 });
		await rm(root, { recursive: true });
	});
	return { name: "compose:fleet", tar: join(folder, "compose.tar"), changes: ["ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin"] };
}
