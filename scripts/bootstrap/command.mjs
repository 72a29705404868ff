import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** A failure with a message meant for the person at the terminal, shown without a stack. */
export class KnownError extends Error {
	known = true;
}

/**
 * The path of the first of these programs that is on the PATH (or where system administration keeps its own). An absolute
 * name is a file that has to be there.
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
export function findProgram(names, path = process.env.PATH ?? "") {
	const folders = [...path.split(delimiter), "/usr/sbin", "/sbin"].filter(Boolean);
	return names
		.flatMap((name) =>
			isAbsolute(name) ? { path: name, mode: constants.R_OK } : folders.map((f) => ({ path: join(f, name), mode: constants.X_OK })),
		)
		.find(({ path: candidate, mode }) => isAccessible(candidate, mode))?.path;
}

/** @type {(path: string, mode: number) => boolean} */
function isAccessible(path, mode) {
	try {
		accessSync(path, mode);
		return true;
	} catch {
		return false;
	}
}

/**
 * Runs a command with its output on ours and waits for it.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, timeoutMs: number, env?: Record<string, string> }} options
 * @returns {Promise<void>} rejects with a KnownError when it fails or takes too long
 */
export function run(program, args, { cwd, timeoutMs, env = {} }) {
	const shown = [program, ...args].join(" ");
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: "inherit" });
		const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
		child.once("error", (error) => {
			clearTimeout(timer);
			reject(new KnownError(`${shown}: ${error.message}`));
		});
		child.once("close", (status, signal) => {
			clearTimeout(timer);
			if (status === 0) resolve();
			else
				reject(new KnownError(`${shown}: ${signal ? `ended by ${signal} after at most ${timeoutMs / 1000} s` : `exit status ${status}`}`));
		});
	});
}
