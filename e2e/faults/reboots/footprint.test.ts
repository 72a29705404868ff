import { expect, it } from "vitest";
import type { Recorded } from "../truth.ts";
import { differences, readFootprint, recordedFootprint } from "./footprint.ts";

const RECORDED: Recorded = {
	migration: "done",
	runs: [
		{
			id: "run1",
			direction: "migrate",
			state: "done",
			leaseId: null,
			cordonedByUs: false,
			result: "run.done",
			steps: [{ id: "commit", state: "ok" }],
			events: [{ code: "run.committed", values: { from: "verifying", to: "finishing" } }],
			log: Buffer.from("a line\n"),
		},
	],
	decided: [],
	audited: [],
};

it("reads what the node prints, names with spaces among it", () => {
	expect([...readFootprint("file /etc/a b\t00ff\nlink /etc/c\t../d\n\n")]).toEqual([
		["file /etc/a b", "00ff"],
		["link /etc/c", "../d"],
	]);
});

it("finds what came, what went and what changed, and nothing else", () => {
	const before = readFootprint("file /a\t1\nfile /b\t1\nfile /c\t1\n");
	expect(differences(before, new Map(before))).toEqual([]);
	expect(differences(before, readFootprint("file /a\t1\nfile /b\t2\nfile /d\t1\n"))).toEqual([
		"file /b: 1 became 2",
		"file /c: 1 became not there",
		"file /d: not there became 1",
	]);
});

it("sees another event, another state and another byte of the log on record", () => {
	const [run] = RECORDED.runs;
	if (!run) throw new Error("no run");
	const changed = (change: object): Recorded => ({ ...RECORDED, runs: [{ ...run, ...change }] });
	const names = (change: object) =>
		differences(recordedFootprint(RECORDED), recordedFootprint(changed(change))).map((text) => text.split(":")[0]);
	expect(names({})).toEqual([]);
	expect(names({ events: [...run.events, { code: "run.seen", values: {} }] })).toEqual(["record event run1 1"]);
	expect(names({ state: "reverted" })).toEqual(["record run run1"]);
	expect(names({ log: Buffer.from("a lime\n") })).toEqual(["record log run1"]);
});
