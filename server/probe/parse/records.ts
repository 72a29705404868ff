import type { Known } from "../../../lib/contracts/facts.ts";
import { ProbeError } from "../errors.ts";
import { PROBE_OUTPUT_VERSION } from "../script.ts";

/** A command's answer as the probe wrote it down. */
export interface CommandResult {
	readonly status: number;
	readonly stdout: Buffer;
	readonly stderr: string;
}

/** The probe's output taken apart: records by key. */
export class Records {
	readonly #bodies: ReadonlyMap<string, Buffer>;

	constructor(bodies: ReadonlyMap<string, Buffer>) {
		this.#bodies = bodies;
	}

	keys(): string[] {
		return [...this.#bodies.keys()];
	}

	has(key: string): boolean {
		return this.#bodies.has(key);
	}

	/** The record's text, "" where the probe wrote none. */
	text(key: string): string {
		return this.#bodies.get(key)?.toString("utf8") ?? "";
	}

	/** The record's lines without empty ones. */
	lines(key: string): string[] {
		return this.text(key)
			.split("\n")
			.filter((line) => line !== "");
	}

	/** Throws `probe.malformed` where the record is missing: for what every probe must have written. */
	required(key: string): string {
		if (!this.has(key)) throw new ProbeError("probe.malformed", { missing: key });
		return this.text(key);
	}

	/** What a command answered; null where the probe had no cause to run it. */
	command(key: string): CommandResult | null {
		const stdout = this.#bodies.get(key);
		const [status, ...errors] = this.text(`${key}.rc`).split("\n");
		if (!stdout || !status) return null;
		return { status: Number(status), stdout, stderr: errors.join("\n").trim() };
	}

	/** A command's output as a fact: `read` gives null where the output does not hold it. */
	ask<T>(key: string, notAsked: string, read: (stdout: string) => T | null): Known<T> {
		const result = this.command(key);
		if (!result) return { known: false, reason: notAsked };
		if (result.status !== 0) return { known: false, reason: failure(result) };
		const stdout = result.stdout.toString("utf8");
		const value = read(stdout);
		return value === null ? { known: false, reason: `unreadable: ${stdout.slice(0, 200).trim()}` } : { known: true, value };
	}
}

/** Why a command gave no answer, in one line. 137 is our own limit: `timeout -s KILL`. */
export function failure(result: CommandResult): string {
	if (result.status === 137 || result.status === 124) return "timeout";
	const said = result.stderr || result.stdout.toString("utf8");
	return `exit ${result.status}: ${said
		.trim()
		.replaceAll(/\s*\n\s*/g, " · ")
		.slice(0, 500)}`;
}

const HEAD = /(?:^|\n)gantry-probe (\d{1,6}) (\S{1,64})\n/;

/** Takes the output apart. Throws ProbeError: `probe.malformed` without a begin, `probe.version`, `probe.truncated` without the end. */
export function readRecords(output: Buffer | string): Records {
	const bytes = typeof output === "string" ? Buffer.from(output, "utf8") : output;
	// One character a byte: offsets in the text are offsets in the bytes.
	const text = bytes.toString("latin1");
	const head = HEAD.exec(text);
	if (!head) throw new ProbeError("probe.malformed", { found: bytes.subarray(0, 200).toString("utf8") });
	if (Number(head[1]) !== PROBE_OUTPUT_VERSION) {
		throw new ProbeError("probe.version", { found: Number(head[1]), expected: PROBE_OUTPUT_VERSION });
	}
	const mark = `\n@${head[2]} `;
	const bodies = new Map<string, Buffer>();
	let at = text.indexOf(mark, head.index + head[0].length - 1);
	while (at !== -1) {
		const keyEnd = text.indexOf("\n", at + mark.length);
		if (keyEnd === -1) break;
		const next = text.indexOf(mark, keyEnd);
		bodies.set(
			bytes.subarray(at + mark.length, keyEnd).toString("utf8"),
			bytes.subarray(keyEnd + 1, next === -1 ? bytes.length : Math.max(next, keyEnd + 1)),
		);
		at = next;
	}
	const end = bodies.get("end");
	if (!end?.includes("\n")) throw new ProbeError("probe.truncated", { bytes: bytes.length, records: bodies.size });
	return new Records(bodies);
}
