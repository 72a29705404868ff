import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markMatches, parseAnsi, stripAnsi } from "./ansi.ts";

describe("parseAnsi", () => {
	it("keeps colours and weight until they are taken back", () => {
		expect(parseAnsi("a \u001b[1;31mfailed\u001b[0m b")).toEqual([
			{ text: "a ", style: {} },
			{ text: "failed", style: { bold: true, colour: 1 } },
			{ text: " b", style: {} },
		]);
		expect(parseAnsi("\u001b[92mok\u001b[39m.")).toEqual([
			{ text: "ok", style: { colour: 10 } },
			{ text: ".", style: {} },
		]);
		expect(parseAnsi("\u001b[2;4;7mx\u001b[22;24;27my")).toEqual([
			{ text: "x", style: { dim: true, underline: true, inverse: true } },
			{ text: "y", style: {} },
		]);
	});

	it("reads the 256 colours and RGB, also with colons", () => {
		expect(parseAnsi("\u001b[38;5;196mx")[0]?.style).toEqual({ colour: "rgb(255 0 0)" });
		expect(parseAnsi("\u001b[48:2:1:2:3mx")[0]?.style).toEqual({ background: "rgb(1 2 3)" });
		expect(parseAnsi("\u001b[38;5;9;1mx")[0]?.style).toEqual({ colour: 9, bold: true });
		expect(parseAnsi("\u001b[38;5;244mx")[0]?.style).toEqual({ colour: "rgb(128 128 128)" });
	});

	it("drops what moves a cursor, sets a title or rings a bell", () => {
		expect(parseAnsi("\u001b[2K\u001b[1Gdone\u0007 \u001b]0;title\u0007now\u001b(B")).toEqual([{ text: "done now", style: {} }]);
	});

	it("shows a progress bar as it was left, and no carriage return of a Windows line", () => {
		expect(parseAnsi("10%\r50%\r100%")).toEqual([{ text: "100%", style: {} }]);
		expect(parseAnsi("text\r")).toEqual([{ text: "text", style: {} }]);
	});

	it("takes any text without a control character in its spans, and says the same as the stripped text", () => {
		const anyText = fc.array(
			fc.oneof(
				fc.string({ unit: "binary", maxLength: 6 }),
				fc.constantFrom("\u001b[", "\u001b[31m", "\u001b[0m", "38;5;", "m", "\r", "节点"),
			),
		);
		fc.assert(
			fc.property(anyText, (parts) => {
				const line = parts.join("");
				const spans = parseAnsi(line)
					.map((span) => span.text)
					.join("");
				expect(spans).toBe(stripAnsi(line));
				expect(/[^\P{Cc}\t]/u.test(spans)).toBe(false);
			}),
		);
	});
});

describe("markMatches", () => {
	it("marks what was searched for across colours", () => {
		const spans = parseAnsi("stop \u001b[31mkube\u001b[0mlet now");
		expect(markMatches(spans, "KUBELET").map((span) => [span.text, span.match ?? false])).toEqual([
			["stop ", false],
			["kube", true],
			["let", true],
			[" now", false],
		]);
	});

	it("changes no text", () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom("a", "b", "\u001b[31m", "\u001b[0m"), { maxLength: 20 }),
				fc.constantFrom("a", "ab", "aa", ""),
				(parts, query) => {
					const spans = parseAnsi(parts.join(""));
					const joined = (list: typeof spans) => list.map((span) => span.text).join("");
					expect(joined(markMatches(spans, query))).toBe(joined(spans));
				},
			),
		);
	});
});
