import fc from "fast-check";
import { expect, it } from "vitest";
import { stripAnsi } from "../../lib/ansi.ts";
import type { StoredPiece } from "./read.ts";
import { searchPieces } from "./search.ts";

const ENDLESS = { mostLines: Number.POSITIVE_INFINITY, mostBytes: Number.POSITIVE_INFINITY };

/** `log` in pieces that end at these offsets, without the bytes between `cut`. */
async function* pieces(log: Buffer, ends: readonly number[], cut?: [number, number]): AsyncIterable<StoredPiece> {
	const edges = [0, ...ends, ...(cut ?? []), log.length].sort((a, b) => a - b);
	for (const [index, offset] of edges.entries()) {
		const bytes = log.subarray(offset, edges[index + 1] ?? log.length);
		if (bytes.length === 0 || (cut && offset >= cut[0] && offset < cut[1])) continue;
		yield { offset, firstLine: log.subarray(0, offset).filter((byte) => byte === 10).length + 1, bytes };
	}
}

const logs = fc
	.array(fc.constantFrom("needle", "NEEdle", "nee", "dle", "ä", "\n", "\n", " ", "\u001b[31m", "\r"), { maxLength: 60 })
	.map((words) => words.join(""));

it("finds the lines that a reader of the whole would, however the log is stored and however often it is asked", async () => {
	await fc.assert(
		fc.asyncProperty(
			logs,
			fc.array(fc.nat(200), { maxLength: 8 }),
			fc.integer({ min: 1, max: 3 }),
			fc.integer({ min: 1, max: 50 }),
			async (text, cuts, mostLines, mostBytes) => {
				const log = Buffer.from(text);
				const ends = cuts.map((at) => Math.min(at, log.length));
				const lines = text.split("\n");
				const wanted = lines.flatMap((line, index) => (stripAnsi(line).toLowerCase().includes("needle") ? [index + 1] : []));
				const found: number[] = [];
				let after: number | null = 0;
				while (after !== null) {
					const answer = await searchPieces(pieces(log, ends), { text: "Needle", after, mostLines, mostBytes });
					expect(answer.lines.length).toBeLessThanOrEqual(mostLines);
					if (answer.next !== null) expect(answer.next).toBeGreaterThan(after);
					found.push(...answer.lines);
					after = answer.next;
				}
				expect(found).toEqual(wanted);
			},
		),
	);
});

it("keeps the numbers of lines over what is left out, and joins nothing across it", async () => {
	const log = Buffer.from("one needle\ntwo nee\nthree\nfour needle\ndle five\nsix needle\n");
	const search = (from: string, to: string) => {
		const cut: [number, number] = [log.indexOf(from), log.indexOf(to)];
		return searchPieces(pieces(log, [], cut), { ...ENDLESS, text: "needle", after: 0 });
	};
	expect(await search("three", "dle five")).toEqual({ lines: [1, 6], next: null });
	expect(await search("\nthree", "dle five")).toEqual({ lines: [1, 6], next: null });
});

it("finds a text in a line that is longer than what is held of it, once", async () => {
	const log = Buffer.from(`first\n${"x".repeat(700_000)} needle ${"y".repeat(700_000)} needle\nlast needle`);
	const ends = Array.from({ length: 25 }, (_, index) => index * 65_536);
	expect(await searchPieces(pieces(log, ends), { ...ENDLESS, text: "needle", after: 0 })).toEqual({ lines: [2, 3], next: null });
	// It stops at the end of a line, however long that is.
	const bounded = { text: "needle", after: 1, mostLines: 9, mostBytes: 1_000 };
	expect(await searchPieces(pieces(log, ends), bounded)).toEqual({ lines: [2], next: 2 });
});

it("stops when nobody waits any more", async () => {
	const signal = AbortSignal.abort(new Error("gone"));
	await expect(searchPieces(pieces(Buffer.from("a\n"), []), { ...ENDLESS, text: "a", after: 0, signal })).rejects.toThrow("gone");
});
