import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** A failure of the fleet itself, with a stable code and what the failing command said. */
export class FleetError extends Error {
	constructor(
		readonly code: string,
		message: string,
	) {
		super(message);
		this.name = "FleetError";
	}
}

export interface RunResult {
	code: number;
	stdout: string;
	stderr: string;
}

export interface RunOptions {
	/** Default 30,000. At the limit the child gets SIGKILL and the call throws `fleet.timeout`. */
	timeoutMs?: number;
	/** A stream for what is too large for memory; the call throws when it cannot be read. */
	input?: string | Uint8Array | Readable;
	env?: Record<string, string>;
	cwd?: string;
}

/** Runs a program without a shell and returns its exit code and output; throws only when it cannot start or exceeds `timeoutMs`. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
	const timeoutMs = options.timeoutMs ?? 30_000;
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {
			stdio: ["pipe", "pipe", "pipe"],
			env: options.env ? { ...process.env, ...options.env } : process.env,
			...(options.cwd ? { cwd: options.cwd } : {}),
		});
		const stdout: Buffer[] = [];
		const stderr: Buffer[] = [];
		let expired = false;
		const timer = setTimeout(() => {
			expired = true;
			child.kill("SIGKILL");
			// A grandchild may hold the pipes open for ever; what was said so far is enough.
			child.stdout.destroy();
			child.stderr.destroy();
		}, timeoutMs);
		child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
		child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
		child.stdin.on("error", () => {});
		child.on("error", (error) => {
			clearTimeout(timer);
			reject(new FleetError("fleet.cannot_start", `${program}: ${error.message}`));
		});
		child.on("close", (code, signal) => {
			clearTimeout(timer);
			const result = {
				code: code ?? (signal ? 128 : 1),
				stdout: Buffer.concat(stdout).toString(),
				stderr: Buffer.concat(stderr).toString(),
			};
			if (expired) {
				reject(new FleetError("fleet.timeout", `${commandLine(program, args)} took longer than ${timeoutMs} ms\n${tail(result.stderr)}`));
			} else {
				resolve(result);
			}
		});
		const { input } = options;
		if (input instanceof Readable) {
			input.on("error", (error) => {
				child.kill("SIGKILL");
				reject(error);
			});
			child.on("close", () => input.destroy());
			input.pipe(child.stdin);
		} else {
			child.stdin.end(input ?? "");
		}
	});
}

/** Like `run`, but throws `fleet.command_failed` with the end of the output when the exit code is not 0. Returns stdout. */
export async function must(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
	const result = await run(program, args, options);
	if (result.code !== 0) {
		throw new FleetError(
			"fleet.command_failed",
			`${commandLine(program, args)} ended with ${result.code}\n${tail(result.stderr || result.stdout)}`,
		);
	}
	return result.stdout;
}

/** Polls `probe` until it returns something other than undefined; throws `fleet.timeout` naming `what`, with `explain()`'s text. */
export async function until<T>(
	what: string,
	timeoutMs: number,
	probe: () => Promise<T | undefined> | T | undefined,
	explain: () => Promise<string> | string = () => "",
	everyMs = 250,
): Promise<T> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const value = await probe();
		if (value !== undefined) return value;
		if (Date.now() >= end) {
			throw new FleetError("fleet.timeout", `${what}: not within ${Math.round(timeoutMs / 1000)} s\n${await explain()}`.trimEnd());
		}
		await sleep(everyMs);
	}
}

/** The kernel's start time of a process in clock ticks: with the pid it names one process and never its successor. */
export function startTimeOf(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		return fields[0] === "Z" ? undefined : fields[19];
	} catch {
		return undefined;
	}
}

/** Quotes one word for a POSIX shell. */
export function quote(word: string): string {
	return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The last `lines` lines of a text. */
export function tail(text: string, lines = 20): string {
	return text.trimEnd().split("\n").slice(-lines).join("\n");
}

function commandLine(program: string, args: readonly string[]): string {
	return [program, ...args].join(" ").slice(0, 300);
}
