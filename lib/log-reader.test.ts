import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogCut } from "./contracts/run.ts";
import { LogReader, type LogReaderPorts, TAIL_BYTES, WHOLE_UP_TO } from "./log-reader.ts";

const RUN = "abcdef0123456789";
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A console that stores a log and answers reads of it, and a network that may fail. */
class FakeConsole {
	stored = new Uint8Array(0);
	generation = 0;
	reads: [number, number][] = [];
	failures = 0;
	waits: number[] = [];
	most = Number.POSITIVE_INFINITY;
	/** Left out of what is stored, as the console's reads do it. */
	cut: LogCut | null = null;

	leaveOut(fromBytes: number, toBytes: number): void {
		const line = (offset: number) => this.stored.slice(0, offset).filter((byte) => byte === 10).length + 1;
		this.cut = { fromBytes, toBytes, fromLine: line(fromBytes), toLine: line(toBytes) };
	}

	ports(onChange = () => {}): LogReaderPorts {
		return {
			read: async (offset, limit) => {
				this.reads.push([offset, limit]);
				if (this.failures > 0) {
					this.failures -= 1;
					throw new Error("no answer");
				}
				const { cut } = this;
				const inCut = cut && offset >= cut.fromBytes && offset < cut.toBytes;
				const from = inCut ? cut.toBytes : Math.min(offset, this.stored.length);
				const end = cut && from < cut.fromBytes ? cut.fromBytes : this.stored.length;
				const bytes = this.stored.slice(from, Math.min(end, from + Math.min(limit, this.most)));
				const firstLine = this.stored.slice(0, from).filter((byte) => byte === 10).length + 1;
				return { bytes, offset: from, total: this.stored.length, generation: this.generation, firstLine, cut };
			},
			wait: async (ms) => {
				this.waits.push(ms);
			},
			onChange,
		};
	}
}

describe("LogReader", () => {
	it("ends with exactly the stored bytes, whatever the stream drops, repeats or delays", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.uint8Array({ minLength: 1, maxLength: 300 }),
				fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom("sent", "lost", "twice", "late"), fc.boolean()), {
					maxLength: 20,
				}),
				fc.integer({ min: 1, max: 64 }),
				async (log, cuts, most) => {
					const console = new FakeConsole();
					console.most = most;
					const reader = new LogReader(RUN, console.ports());
					const starting = reader.start(0);
					const late: { generation: number; offset: number; bytes: Uint8Array }[] = [];
					let at = 0;
					for (const [length, fate, settle] of cuts) {
						const piece = { generation: 0, offset: at, bytes: log.slice(at, at + length) };
						at = Math.min(log.length, at + length);
						console.stored = log.slice(0, at);
						if (fate === "sent" || fate === "twice") reader.push(piece);
						if (fate === "twice") reader.push(piece);
						if (fate === "late") late.push(piece);
						if (settle) await starting;
					}
					console.stored = log;
					for (const piece of late) reader.push(piece);
					await starting;
					await reader.poll();
					await reader.poll();
					expect(reader.bytes()).toEqual(log);
					expect(reader.sha256()).toBe(sha(log));
					expect(reader.gap).toBeNull();
				},
			),
			{ numRuns: 500 },
		);
	});

	it("reads on where it was told to while the first answer was still on its way", async () => {
		const console = new FakeConsole();
		console.stored = new Uint8Array([1, 2]);
		const reader = new LogReader(RUN, console.ports());
		const starting = reader.start(0);
		console.stored = new Uint8Array([1, 2, 3]);
		await reader.poll();
		await starting;
		expect(reader.bytes()).toEqual(console.stored);
	});

	it("shows the end of a long log first, with its line numbers, and the rest on demand", async () => {
		const console = new FakeConsole();
		const line = "a line of a log that is long\n";
		console.stored = new TextEncoder().encode(line.repeat(Math.ceil((WHOLE_UP_TO * 1.5) / line.length)));
		const reader = new LogReader(RUN, console.ports());
		await reader.start(console.stored.length);
		expect(reader.heldFrom).toBe(console.stored.length - TAIL_BYTES);
		expect(reader.sha256()).toBeNull();
		const lines = console.stored.length / line.length;
		expect(reader.lines.indexOf(lines)).toBe(reader.lines.lines.length - 1);
		await reader.loadAll();
		expect(reader.lines.lines.length).toBe(lines);
		expect(reader.lines.firstLine).toBe(1);
		expect(reader.sha256()).toBe(sha(console.stored));
	});

	it("reads back to a line that is asked for, and no further than it has to", async () => {
		const console = new FakeConsole();
		const line = "a line of a log that is long\n";
		const lines = Math.ceil((WHOLE_UP_TO * 5) / line.length);
		console.stored = new TextEncoder().encode(line.repeat(lines));
		const reader = new LogReader(RUN, console.ports());
		await reader.start(console.stored.length);
		await reader.loadTo(lines);
		expect(reader.heldFrom).toBe(console.stored.length - TAIL_BYTES);
		await reader.loadTo(Math.ceil(lines / 2));
		expect(reader.lines.indexOf(Math.ceil(lines / 2))).not.toBeNull();
		expect(reader.heldFrom).toBeGreaterThan(WHOLE_UP_TO);
		await reader.loadTo(1);
		expect(reader.heldFrom).toBe(0);
	});

	it("shows what is left out of a log as a gap between lines that keep their numbers", async () => {
		const console = new FakeConsole();
		const line = "a line of a log that is long\n";
		const lines = Math.ceil((WHOLE_UP_TO * 2) / line.length);
		console.stored = new TextEncoder().encode(line.repeat(lines));
		console.generation = 3;
		console.leaveOut(100 * line.length, 5_000 * line.length);
		const reader = new LogReader(RUN, console.ports());
		await reader.start(console.stored.length);
		expect(reader.cut).toEqual({ fromBytes: 2_900, toBytes: 145_000, fromLine: 101, toLine: 5_001 });
		await reader.loadAll();
		expect(reader.heldFrom).toBe(0);
		expect(reader.heldBytes).toBe(console.stored.length - 142_100);
		expect(reader.sha256()).toBeNull();
		const gap = reader.lines.lines.findIndex(({ marker }) => marker?.kind === "left-out");
		expect(gap).toBe(100);
		expect(reader.lines.lines[gap]?.marker).toEqual({ kind: "left-out", bytes: 142_100, lines: 4_900 });
		expect(reader.lines.lines).toHaveLength(lines - 4_900 + 1);
		expect([1, 100, 101, 5_000, 5_001, lines].map((number) => reader.lines.indexOf(number))).toEqual([
			0,
			99,
			null,
			null,
			101,
			lines - 4_900,
		]);
		expect([0, 99, 101, lines - 4_900].map((index) => reader.lines.numberOf(index))).toEqual([1, 100, 5_001, lines]);
		expect(new TextDecoder().decode(reader.bytes())).toBe(
			`${line.repeat(100)}##gantry-console left-out bytes=142100 whole-log=/var/lib/gantry/runs/${RUN}/log\n${line.repeat(lines - 5_000)}`,
		);
		// What comes then is held as ever.
		const more = new TextEncoder().encode("more\n");
		const offset = console.stored.length;
		console.stored = new Uint8Array([...console.stored, ...more]);
		reader.push({ generation: 3, offset, bytes: more });
		expect(reader.lines.numberOf(reader.lines.lines.length - 1)).toBe(lines + 1);
	});

	it("goes on after what was left out meanwhile, whatever the cuts, and holds no byte twice", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.constantFrom("a\n", "bb", "\n", "ccc\n"), { minLength: 30, maxLength: 120 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				async (parts, known, one, other) => {
					const log = new TextEncoder().encode(parts.join(""));
					const console = new FakeConsole();
					console.stored = log.slice(0, Math.floor(known * log.length));
					const reader = new LogReader(RUN, console.ports());
					await reader.start(0);
					console.stored = log;
					// The end of a log is always there.
					const [from = 1, to = 1] = [one, other].map((at) => 1 + Math.floor(at * (log.length - 2))).sort((a, b) => a - b);
					if (from < to) console.leaveOut(from, to);
					await reader.poll();
					await reader.loadAll();
					expect(reader.gap).toBeNull();
					expect(reader.heldFrom).toBe(0);
					const held = new TextDecoder().decode(reader.bytes());
					const [head = "", tail] = held.split(/##gantry-console .*\n/);
					const text = new TextDecoder().decode(log);
					expect(text.startsWith(head)).toBe(true);
					if (tail !== undefined) expect(text.endsWith(tail)).toBe(true);
					else expect(head).toBe(text);
				},
			),
			{ numRuns: 300 },
		);
	});

	it("says that it cannot read, goes on trying, and is well again", async () => {
		const console = new FakeConsole();
		console.stored = new TextEncoder().encode("text\n");
		console.failures = 3;
		const errors: boolean[] = [];
		const reader = new LogReader(
			RUN,
			console.ports(() => errors.push(reader.error !== null)),
		);
		await reader.start(0);
		expect(console.waits).toEqual([500, 1_000, 2_000]);
		expect(errors).toContain(true);
		expect(reader.error).toBeNull();
		expect(reader.lines.lines.map((one) => one.text)).toEqual(["text"]);
	});

	it("begins anew when the node does", async () => {
		const console = new FakeConsole();
		console.stored = new TextEncoder().encode("old\n");
		const reader = new LogReader(RUN, console.ports());
		await reader.start(0);
		console.stored = new TextEncoder().encode("new log\n");
		console.generation = 1;
		await reader.poll();
		expect(reader.lines.lines.map((one) => one.text)).toEqual(["new log"]);
		expect(reader.sha256()).toBe(sha(console.stored));
	});

	it("reads nothing more once it was stopped", async () => {
		const console = new FakeConsole();
		const reader = new LogReader(RUN, console.ports());
		await reader.start(0);
		reader.stop();
		const before = console.reads.length;
		reader.push({ generation: 0, offset: 10, bytes: new Uint8Array(3) });
		await reader.poll();
		expect(console.reads.length).toBe(before);
	});
});
