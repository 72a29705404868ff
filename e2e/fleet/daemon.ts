import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startTimeOf, until } from "./process.ts";

/**
 * Starts a process that outlives this one, with its output in `log/NAME.log`. It writes its own pid and start time into
 * `pids/NAME` before it becomes the program, so that `down` finds it however `up` ended. Resolves when that is written.
 */
export async function startDaemon(
	stateDir: string,
	name: string,
	program: string,
	args: readonly string[],
	env: Record<string, string> = {},
): Promise<void> {
	await mkdir(join(stateDir, "pids"), { recursive: true });
	await mkdir(join(stateDir, "log"), { recursive: true });
	const pidFile = join(stateDir, "pids", name);
	await rm(pidFile, { force: true });
	const log = openSync(join(stateDir, "log", `${name}.log`), "a");
	const script = 'echo "$$ $(cut -d" " -f22 "/proc/$$/stat")" >"$1.new"; mv "$1.new" "$1"; shift; exec "$@"';
	const child = spawn("/bin/sh", ["-c", script, "sh", pidFile, program, ...args], {
		detached: true,
		stdio: ["ignore", log, log],
		cwd: "/",
		env: { ...process.env, ...env },
	});
	child.unref();
	closeSync(log);
	await until(`start of ${name}`, 10_000, () => recorded(pidFile), undefined, 20);
}

/** Whether the recorded process still runs; a reused pid does not count. */
export async function daemonRuns(stateDir: string, name: string): Promise<boolean> {
	return (await livePid(join(stateDir, "pids", name))) !== undefined;
}

/** The names of all recorded processes, running or not. */
export async function daemonNames(stateDir: string): Promise<string[]> {
	const names = await readdir(join(stateDir, "pids")).catch(() => []);
	return names.filter((name) => !name.endsWith(".new"));
}

/** Ends a recorded process (TERM, after `graceMs` KILL) and waits until it is gone. Idempotent. */
export async function stopDaemon(stateDir: string, name: string, graceMs = 3_000): Promise<void> {
	const pidFile = join(stateDir, "pids", name);
	const alive = () => livePid(pidFile);
	for (const [signal, timeoutMs] of [
		["SIGTERM", graceMs],
		["SIGKILL", 10_000],
	] as const) {
		const pid = await alive();
		if (pid === undefined) break;
		process.kill(pid, signal);
		await until(`end of ${name}`, timeoutMs, async () => ((await alive()) === undefined ? true : undefined), undefined, 50).catch(
			(error: unknown) => {
				if (signal === "SIGKILL") throw error;
			},
		);
	}
	await rm(pidFile, { force: true });
}

async function livePid(pidFile: string): Promise<number | undefined> {
	const record = await recorded(pidFile);
	return record && startTimeOf(record.pid) === record.startTime ? record.pid : undefined;
}

async function recorded(pidFile: string): Promise<{ pid: number; startTime: string } | undefined> {
	const text = await readFile(pidFile, "utf8").catch(() => "");
	const [pid, startTime] = text.trim().split(" ");
	return pid && startTime ? { pid: Number(pid), startTime } : undefined;
}
