import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstError, foldedAround, LogLines, readMarker, searchLines, sectionsByEdge, visibleLines } from "./log-lines.ts";

const RUN = "abcdef0123456789";
const bytes = (text: string) => new TextEncoder().encode(text);
function read(text: string): LogLines {
	const lines = new LogLines(RUN);
	lines.append(bytes(text));
	return lines;
}

describe("LogLines", () => {
	it("gives the same lines however the bytes are cut, also within a character", () => {
		const anyText = fc.array(fc.constantFrom("a", "\n", "节点", "🚢", `##gantry ${RUN} begin stop-kubelet 12.50\n`, "é"), {
			maxLength: 40,
		});
		fc.assert(
			fc.property(anyText, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 30 }), (parts, cuts) => {
				const text = parts.join("");
				const all = bytes(text);
				const lines = new LogLines(RUN);
				for (let at = 0, i = 0; at < all.length; i += 1) {
					const length = cuts[i % cuts.length] ?? 1;
					lines.append(all.subarray(at, at + length));
					at += length;
				}
				const expected = text.split("\n");
				if (expected.at(-1) === "") expected.pop();
				expect(lines.lines.map((line) => line.text)).toEqual(expected);
			}),
		);
	});

	it("counts lines from the number that the first one has", () => {
		const lines = new LogLines(RUN, 41);
		lines.append(bytes("a\nb\n"));
		expect(lines.indexOf(42)).toBe(1);
		expect(lines.indexOf(40)).toBeNull();
		expect(lines.indexOf(43)).toBeNull();
	});

	it("finds each step with its duration, and the way back apart", () => {
		const lines = read(
			`##gantry ${RUN} begin stop-kubelet 10.00\nstopping\n##gantry ${RUN} end stop-kubelet ok 10.25\n##gantry ${RUN} revert armed 11.00\n##gantry ${RUN} begin stop-kubelet 11.00\n`,
		);
		expect(lines.sections).toEqual([
			{ step: "stop-kubelet", begin: 0, end: 2, outcome: "ok", durationMs: 250 },
			{ step: "revert:stop-kubelet", begin: 4, end: null, outcome: null, durationMs: null },
		]);
	});

	it("finds a step by its first line and by its last", () => {
		const { sections } = read(
			`x\n##gantry ${RUN} begin snapshot 1\na\n##gantry ${RUN} end snapshot ok 2\n##gantry ${RUN} begin stage-files 3\n`,
		);
		expect([...sectionsByEdge(sections)]).toEqual([
			[1, sections[0]],
			[3, sections[0]],
			[4, sections[1]],
		]);
	});

	it("tells of a step as it was when it was asked, so that one can see that it has changed", () => {
		const lines = read(`##gantry ${RUN} begin snapshot 1\n`);
		const before = sectionsByEdge(lines.sections).get(0);
		lines.append(bytes(`##gantry ${RUN} end snapshot ok 2\n`));
		const after = sectionsByEdge(lines.sections).get(0);
		expect(before).toMatchObject({ end: null, outcome: null });
		expect(after).toMatchObject({ end: 1, outcome: "ok" });
	});

	it("folds a step to its first line, also one that has not ended", () => {
		const lines = read(
			`x\n##gantry ${RUN} begin snapshot 1.00\na\n##gantry ${RUN} end snapshot ok 2.00\ny\n##gantry ${RUN} begin stage-files 3.00\nb\nc\n`,
		);
		expect(visibleLines(lines, new Set())).toBeNull();
		expect(visibleLines(lines, new Set([2]))).toEqual([0, 1, 4, 5, 6, 7]);
		expect(visibleLines(lines, new Set([2, 6]))).toEqual([0, 1, 4, 5]);
	});

	it("keeps what is folded when it begins at another line", () => {
		const lines = new LogLines(RUN, 101);
		lines.append(bytes(`x\n##gantry ${RUN} begin snapshot 1.00\na\n##gantry ${RUN} end snapshot ok 2.00\n`));
		expect(visibleLines(lines, new Set([102]))).toEqual([0, 1]);
		expect(visibleLines(lines, new Set([2]))).toEqual([0, 1, 2, 3]);
	});

	it("folds all steps but the one that failed", () => {
		const step = (name: string, outcome: string, said: string) =>
			`##gantry ${RUN} begin ${name} 1.00\n${said}\n##gantry ${RUN} end ${name} ${outcome} 2.00\n`;
		const lines = read(
			`${step("snapshot", "ok", "a")}${step("start-containerd", "fail", `##gantry ${RUN} cause no-space path=/var`)}between\n${step("undo", "ok", "b")}`,
		);
		const index = firstError(lines.lines) ?? -1;
		expect(index).toBe(4);
		expect([...foldedAround(lines, index)]).toEqual([1, 8]);
		expect(visibleLines(lines, foldedAround(lines, index))).toEqual([0, 3, 4, 5, 6, 7]);
		// What is said between two steps is of none.
		expect([...foldedAround(lines, 6)]).toEqual([1, 4, 8]);
	});

	it("jumps to the cause of a failure before the failed step's end", () => {
		const lines = read(
			`a\n##gantry ${RUN} cause unit-did-not-start unit=containerd.service state=failed\n##gantry ${RUN} end start-containerd fail 9.00\n`,
		);
		expect(firstError(lines.lines)).toBe(1);
		expect(firstError(read("all well\n").lines)).toBeNull();
	});

	it("searches whatever the case", () => {
		expect(searchLines(read("Kubelet\nx\nKUBELET up\n").lines, "kubelet")).toEqual([0, 2]);
		expect(searchLines(read("x\n").lines, "")).toEqual([]);
	});
});

describe("readMarker", () => {
	it("reads values of several words", () => {
		expect(readMarker(`##gantry ${RUN} cause no-space path=/var lib neededKiB=5`, RUN)).toEqual({
			kind: "cause",
			code: "no-space",
			values: { path: "/var lib", neededKiB: "5" },
		});
	});

	it("leaves another run's markers and lookalikes as text", () => {
		expect(readMarker("##gantry ffffffff00000000 begin x 1", RUN)).toBeNull();
		expect(readMarker(`##gantry ${RUN} begin x`, RUN)).toBeNull();
		expect(readMarker(`##gantry ${RUN} end x maybe 2`, RUN)).toBeNull();
		expect(readMarker(` ##gantry ${RUN} begin x 1`, RUN)).toBeNull();
	});
});
