import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Set in the environment of everything a stage starts, so that it is found again however it detached itself. Not a GANTRY_
 * variable: the console refuses those it does not know.
 */
export const MARK = "TEST_STAGE_ID";

const GRACE_MS = 10_000;

/** How a command ended. `status` is null when a signal ended it, and 127 when it could not be started. */
export interface Outcome {
	status: number | null;
	signal: NodeJS.Signals | null;
	timedOut: boolean;
}

export interface Bounds {
	cwd: string;
	env: NodeJS.ProcessEnv;
	timeoutMs: number;
	abort?: AbortSignal | undefined;
}

/**
 * Runs a command in a process group of its own, for at most `timeoutMs`. When it ends in time its group is left as it is;
 * `endMarked` takes care of what stays behind.
 */
export async function runBounded(command: readonly string[], { cwd, env, timeoutMs, abort }: Bounds): Promise<Outcome> {
	const [program = "", ...args] = command;
	const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "inherit", "inherit"] });
	const ended = new Promise<Omit<Outcome, "timedOut">>((resolve) => {
		child.once("error", (error) => {
			process.stderr.write(`${program}: ${error.message}\n`);
			resolve({ status: 127, signal: null });
		});
		child.once("exit", (status, signal) => resolve({ status, signal }));
	});
	let timedOut = false;
	const end = () => void endGroup(child.pid, ended);
	const timer = setTimeout(() => {
		timedOut = true;
		end();
	}, timeoutMs);
	abort?.addEventListener("abort", end, { once: true });
	if (abort?.aborted) end();
	try {
		return { ...(await ended), timedOut };
	} finally {
		clearTimeout(timer);
		abort?.removeEventListener("abort", end);
	}
}

async function endGroup(pid: number | undefined, ended: Promise<unknown>): Promise<void> {
	if (pid === undefined) return;
	send(-pid, "SIGTERM");
	const late = pause(GRACE_MS, "late", { ref: false });
	if ((await Promise.race([ended, late])) === "late") send(-pid, "SIGKILL");
}

/**
 * Ends every process that carries this stage's mark: TERM, and after `graceMs` KILL. Linux only; elsewhere there are none.
 * @returns the command lines of those that were still there
 */
export async function endMarked(id: string, graceMs = GRACE_MS): Promise<string[]> {
	const first = marked(id);
	for (const { pid } of first) send(pid, "SIGTERM");
	await untilGone(id, graceMs);
	for (const { pid } of marked(id)) send(pid, "SIGKILL");
	// Killed is not yet gone: the next stage may want its port or folder.
	await untilGone(id, GRACE_MS);
	return first.map(({ command }) => command);
}

async function untilGone(id: string, limitMs: number): Promise<void> {
	for (let waited = 0; waited < limitMs && marked(id).length > 0; waited += 50) await pause(50);
}

/** The processes, other than this one, that carry the mark `id`. */
export function marked(id: string): { pid: number; command: string }[] {
	if (process.platform !== "linux") return [];
	const wanted = `${MARK}=${id}`;
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter((pid) => readProc(pid, "environ").split("\0").includes(wanted))
		.map((pid) => ({ pid: Number(pid), command: readProc(pid, "cmdline").replaceAll("\0", " ").trim().slice(0, 200) }))
		.filter(({ command }) => command !== "");
}

// A process may end between being listed and being read, and another user's is not ours to read.
function readProc(pid: string, file: "environ" | "cmdline"): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, "latin1");
	} catch {
		return "";
	}
}

function send(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It is gone already.
	}
}
