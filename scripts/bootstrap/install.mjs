import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, KnownError, run } from "./command.mjs";
import { nativeBuildEnvironment } from "./native-build.mjs";
import { nodeHeaders } from "./node-headers.mjs";
import { ensure } from "./packages.mjs";
import { fingerprint, isStamped, stamp } from "./stamp.mjs";

// better-sqlite3 and ssh2 are compiled where no ready binary can be fetched.
const BUILD_TOOLS = [
	{ programs: ["c++", "g++", "clang++"], package: "g++" },
	{ programs: ["make"], package: "make" },
	{ programs: ["python3"], package: "python3" },
];

/**
 * What node_modules must agree with: the locked versions, and the Node its native parts were built for.
 * @param {string} root
 */
export function dependencyFingerprint(root) {
	return fingerprint({
		"package-lock.json": readFileSync(join(root, "package-lock.json")),
		platform: `${process.platform} ${process.arch} ${process.versions.modules}`,
		native: JSON.stringify(nativeBuildEnvironment("", process.version, {})),
	});
}

const stampFile = (/** @type {string} */ root) => join(root, "node_modules/.gantry-lock");

/**
 * Whether node_modules is what the lockfile says, for this Node.
 * @param {string} root
 */
export function isInstalled(root) {
	return isStamped(stampFile(root), dependencyFingerprint(root));
}

/**
 * Runs `npm ci` when node_modules is missing or is not what the lockfile says.
 * @param {string} root
 * @throws {KnownError} when npm or a tool to build native modules is missing, or npm fails
 */
export async function installDependencies(root) {
	if (isInstalled(root)) return;
	await ensure(BUILD_TOOLS, "to build native modules");
	process.stdout.write("Installing the locked dependencies with npm ci; this takes a few minutes\n");
	const { program, args } = npmCommand();
	const headers = nodeHeaders();
	const env = { ...nativeBuildEnvironment(root), ...(headers ? { npm_config_nodedir: headers } : {}) };
	await run(program, [...args, "ci", "--no-audit", "--no-fund"], { cwd: root, timeoutMs: 1_800_000, env });
	await proveNativeModule(root);
	// Last: npm ci begins by removing node_modules and the stamp with it, so an interrupted one is done again.
	stamp(stampFile(root), dependencyFingerprint(root));
}

/**
 * Opens a database, which fails where the module was built with the headers of another Node.
 * @param {string} root
 */
async function proveNativeModule(root) {
	const open = 'new (require("better-sqlite3"))(":memory:").close()';
	await run(process.execPath, ["-e", open], { cwd: root, timeoutMs: 60_000 }).catch((error) => {
		throw new KnownError(`${error.message}
better-sqlite3 does not work on this Node (${process.version}, ${process.execPath}). It may have been built with the headers of another
one: see \`npm config get nodedir\`, which should name this Node's, or nothing.`);
	});
}

/**
 * npm, as the one that runs us where there is one: its path need not be on the PATH.
 * @returns {{ program: string, args: string[] }}
 */
export function npmCommand(execPath = process.env.npm_execpath, find = findProgram) {
	if (execPath?.endsWith("npm-cli.js")) return { program: process.execPath, args: [execPath] };
	const npm = find(["npm"]);
	if (npm === undefined)
		throw new KnownError("Missing: npm. It comes with Node (https://nodejs.org/en/download); on Debian or Ubuntu: apt-get install npm");
	return { program: npm, args: [] };
}
