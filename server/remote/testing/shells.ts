import { execFileSync } from "node:child_process";

/** Every POSIX shell at hand that a node may have as /bin/sh: what is right for one can be wrong for another. */
export const SHELLS: readonly (readonly [name: string, command: readonly string[]])[] = (
	[
		["sh", ["sh"]],
		["dash", ["dash"]],
		["busybox", ["busybox", "sh"]],
	] as const
).filter(([, [program]]) => has(program));

/** Words that make `awk` the one named, for scripts that call it by its plain name. */
export const AWKS: readonly (readonly [name: string, words: string])[] = (
	[
		["mawk", 'awk() { mawk "$@"; }'],
		["gawk", 'awk() { gawk "$@"; }'],
		["busybox", 'awk() { busybox awk "$@"; }'],
	] as const
).filter(([program]) => has(program));

/** Runs a script by one shell and returns its stdout; throws with its stderr where it does not exit with 0. */
export function runIn(shell: readonly string[], script: string, options: { input?: string; args?: readonly string[] } = {}): Buffer {
	const [program = "sh", ...own] = shell;
	const { args = [], input = "" } = options;
	return execFileSync(program, [...own, ...args, ...(args.includes("-n") ? [] : ["-c", script])], {
		input: args.includes("-n") ? script : input,
		stdio: ["pipe", "pipe", "pipe"],
		maxBuffer: 64 * 1024 * 1024,
	});
}

function has(program: string): boolean {
	try {
		execFileSync("sh", ["-c", 'command -v "$1"', "sh", program], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}
