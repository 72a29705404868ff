import { describe, expect, it } from "vitest";
import { LogLines } from "./log-lines.ts";
import { chooseLogTimes, lineTimes, nextLogTimes } from "./log-times.ts";

const RUN = "abcdef0123456789";
const begin = (step: string, uptimeS: number) => `##gantry ${RUN} begin ${step} ${uptimeS}\n`;
const end = (step: string, uptimeS: number) => `##gantry ${RUN} end ${step} ok ${uptimeS}\n`;
const started = (id: string, logLine: number, at: string) => ({ id, logLine, startedAt: `2026-11-30T${at}Z` });

function read(text: string, firstLine = 1): LogLines {
	const lines = new LogLines(RUN, firstLine);
	lines.append(new TextEncoder().encode(text));
	return lines;
}

/** Each line's time; "≈" before an estimated one, "–" where there is none. */
function times(lines: LogLines, steps: Parameters<typeof lineTimes>[1]): string[] {
	const timeOf = lineTimes(lines, steps);
	return lines.lines.map((_, index) => {
		const time = timeOf(index);
		return time === null ? "–" : `${time.estimated ? "≈" : ""}${new Date(time.atMs).toISOString().slice(11, 23)}`;
	});
}

describe("lineTimes", () => {
	it("has a step's start from the record, and counts on by the node's uptime", () => {
		const lines = read(`hello\n${begin("snapshot", 100)}a\n${end("snapshot", 102.5)}between\n${begin("stage-files", 104)}b\n`);
		expect(times(lines, [started("snapshot", 2, "12:04:10.000"), started("stage-files", 6, "12:04:14.200")])).toEqual([
			"–",
			"12:04:10.000",
			"≈12:04:10.000",
			"≈12:04:12.500",
			"≈12:04:12.500",
			"12:04:14.200",
			"≈12:04:14.200",
		]);
	});

	it("goes by the steps before it where the console heard of one late", () => {
		const lines = read(`${begin("stop-kubelet", 10)}${end("stop-kubelet", 11)}${begin("stop-docker", 20)}${end("stop-docker", 25)}`);
		const late = [started("stop-kubelet", 1, "12:00:00.000"), started("stop-docker", 3, "12:07:00.000")];
		expect(times(lines, late)).toEqual(["12:00:00.000", "≈12:00:01.000", "≈12:00:10.000", "≈12:00:15.000"]);
		// Whichever comes first may be late itself; the next ones are told as they are on record.
		const early = [started("stop-kubelet", 1, "12:07:00.000"), started("stop-docker", 3, "12:07:05.000")];
		expect(times(lines, early)).toEqual(["12:07:00.000", "≈12:07:01.000", "12:07:05.000", "≈12:07:10.000"]);
	});

	it("begins anew with another boot, and knows nothing of one without a start on record", () => {
		const lines = read(`${begin("stop-kubelet", 900)}${begin("stop-docker", 30)}a\n${end("stop-docker", 31)}${end("gone", 5)}`);
		expect(times(lines, [started("stop-kubelet", 1, "12:00:00.000")])).toEqual(["12:00:00.000", "–", "–", "–", "–"]);
		expect(times(lines, [started("stop-docker", 2, "12:09:00.000")])).toEqual(["–", "12:09:00.000", "≈12:09:00.000", "≈12:09:01.000", "–"]);
	});

	it("never tells a line to be later than the step after it", () => {
		const lines = read(`${begin("snapshot", 10)}${end("snapshot", 11)}${begin("stage-files", 11)}`);
		expect(times(lines, [started("snapshot", 1, "12:00:01.900"), started("stage-files", 3, "12:00:02.000")])).toEqual([
			"12:00:01.900",
			"≈12:00:02.000",
			"12:00:02.000",
		]);
	});

	it("tells the end of a step whose beginning is not loaded, by the steps after it", () => {
		const lines = read(`a\n${end("snapshot", 12)}${begin("stage-files", 14)}`, 101);
		expect(times(lines, [started("snapshot", 40, "12:00:00.000"), started("stage-files", 103, "12:00:09.000")])).toEqual([
			"–",
			"≈12:00:07.000",
			"12:00:09.000",
		]);
	});

	it("takes no other step's start: one that was tried again has another line", () => {
		const lines = read(`${begin("snapshot", 10)}${begin("snapshot", 20)}`);
		expect(times(lines, [started("snapshot", 2, "12:00:20.000")])).toEqual(["≈12:00:10.000", "12:00:20.000"]);
		expect(times(lines, [started("stage-files", 2, "12:00:20.000")])).toEqual(["–", "–"]);
	});
});

it("remembers a choice, also the one from before there were three", () => {
	expect(["off", "elapsed", "clock", true, false, "other", undefined].map(chooseLogTimes)).toEqual([
		"off",
		"elapsed",
		"clock",
		"elapsed",
		"off",
		"off",
		"off",
	]);
	expect(nextLogTimes("off")).toBe("elapsed");
	expect(nextLogTimes("clock")).toBe("off");
});
