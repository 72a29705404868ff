import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogBuffer, type LogPiece } from "./log-buffer.ts";

const text = (value: string) => new TextEncoder().encode(value);
const held = (buffer: LogBuffer) => new TextDecoder().decode(buffer.bytes());
const piece = (offset: number, value: string, generation = 0): LogPiece => ({ generation, offset, bytes: text(value) });

/** Reads what is missing from the log itself, as the page does over HTTP, a piece at a time. */
function readMissing(buffer: LogBuffer, log: Uint8Array, generation: number, most: number): void {
	for (let missing = buffer.missing(); missing; missing = buffer.missing()) {
		buffer.add({ generation, offset: missing.offset, bytes: log.slice(missing.offset, missing.offset + Math.min(missing.length, most)) });
	}
}

describe("LogBuffer", () => {
	it("holds exactly the log's bytes, whatever order, repetition, overlap and gaps its pieces come with", () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ minLength: 0, maxLength: 400 }),
				fc.array(fc.record({ at: fc.nat(400), length: fc.nat(120), read: fc.boolean() }), { maxLength: 40 }),
				fc.integer({ min: 1, max: 97 }),
				(log, arrivals, most) => {
					const buffer = new LogBuffer();
					const seen: number[] = [];
					for (const { at, length, read } of arrivals) {
						const change = buffer.add({ generation: 0, offset: Math.min(at, log.length), bytes: log.slice(at, at + length) });
						if (change.kind === "appended") seen.push(...change.bytes);
						expect(change.kind === "restarted" || change.kind === "prepended").toBe(false);
						expect(seen).toEqual([...log.slice(0, buffer.end)]);
						if (!read) continue;
						const missing = buffer.missing();
						if (missing) {
							const filled = buffer.add({
								generation: 0,
								offset: missing.offset,
								bytes: log.slice(missing.offset, missing.offset + missing.length),
							});
							if (filled.kind === "appended") seen.push(...filled.bytes);
						}
					}
					buffer.known(0, log.length);
					readMissing(buffer, log, 0, most);
					expect(buffer.bytes()).toEqual(log);
					expect(buffer.whole).toBe(true);
				},
			),
			{ numRuns: 2_000 },
		);
	});

	it("begins at the tail and takes earlier bytes before it, each once", () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ minLength: 2, maxLength: 300 }),
				fc.nat(299),
				fc.array(fc.nat(300), { maxLength: 10 }),
				fc.integer({ min: 1, max: 60 }),
				(log, tail, stream, step) => {
					const from = Math.min(tail, log.length - 1);
					const buffer = new LogBuffer("first-piece");
					buffer.known(0, log.length);
					buffer.add({ generation: 0, offset: from, bytes: log.slice(from, from + 1) });
					for (const at of stream) buffer.add({ generation: 0, offset: Math.min(at, log.length), bytes: log.slice(at, at + 20) });
					readMissing(buffer, log, 0, 50);
					while (buffer.start > 0) {
						const at = Math.max(0, buffer.start - step);
						const change = buffer.add({ generation: 0, offset: at, bytes: log.slice(at, buffer.start) });
						expect(change.kind).toBe("prepended");
					}
					expect(buffer.bytes()).toEqual(log);
				},
			),
			{ numRuns: 1_000 },
		);
	});

	it("says which bytes are missing before a piece that came too early", () => {
		const buffer = new LogBuffer();
		expect(buffer.add(piece(0, "abc"))).toEqual({ kind: "appended", bytes: text("abc") });
		expect(buffer.add(piece(6, "ghi"))).toEqual({ kind: "nothing" });
		expect(buffer.missing()).toEqual({ offset: 3, length: 3 });
		expect(buffer.add(piece(3, "def"))).toEqual({ kind: "appended", bytes: text("defghi") });
		expect(buffer.missing()).toBeNull();
		expect(held(buffer)).toBe("abcdefghi");
	});

	it("knows of a gap at the end by the log's length alone", () => {
		const buffer = new LogBuffer();
		buffer.add(piece(0, "abc"));
		buffer.known(0, 5);
		expect(buffer.whole).toBe(false);
		expect(buffer.missing()).toEqual({ offset: 3, length: 2 });
	});

	it("leaves the old log when the node begins a new one, and never goes back", () => {
		const buffer = new LogBuffer();
		buffer.add(piece(0, "old text"));
		expect(buffer.add(piece(0, "new", 1))).toEqual({ kind: "restarted", bytes: text("new") });
		expect(buffer.add(piece(3, "late", 0))).toEqual({ kind: "nothing" });
		expect(held(buffer)).toBe("new");
		expect(buffer.known(2, 4)).toEqual({ kind: "restarted", bytes: new Uint8Array(0) });
		expect(buffer.missing()).toEqual({ offset: 0, length: 4 });
	});

	it("lets go of pieces that run too far ahead, and has them read again", () => {
		const buffer = new LogBuffer();
		const big = new Uint8Array(3 * 1024 * 1024).fill(7);
		buffer.add({ generation: 0, offset: 1, bytes: big });
		buffer.add({ generation: 0, offset: 1 + big.length, bytes: big });
		buffer.add({ generation: 0, offset: 0, bytes: Uint8Array.of(1) });
		expect(buffer.end).toBe(1 + big.length);
		expect(buffer.missing()).toEqual({ offset: 1 + big.length, length: big.length });
	});
});
