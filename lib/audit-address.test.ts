import { expect, it } from "vitest";
import { auditQuery, auditTime } from "./audit-address.ts";

const of = (address: string, timeZone = "UTC") => {
	const parameters = new URLSearchParams(address);
	const query = auditQuery((name) => parameters.get(name) ?? "", timeZone);
	return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
};

it("asks for everything where the address says nothing", () => {
	expect(of("")).toEqual({});
});

it("takes each filter, and none that is unknown", () => {
	expect(of("q=x&person=a%40b&action=run.cancel&kind=run&object=r1&outcome=failed&before=7")).toEqual({
		q: "x",
		person: "a@b",
		action: "run.cancel",
		kind: "run",
		object: "r1",
		outcome: "failed",
		before: 7,
	});
	expect(of("action=run.explode&kind=teapot&object=r1&outcome=maybe&before=-1&time=ever")).toEqual({});
});

it("takes a span up to now", () => {
	expect(of("time=day&from=2026-01-01")).toEqual({ lastS: 86_400 });
	expect(auditTime(() => "toString")).toBe("");
});

it("takes whole days in the reader's zone, the last one to its end", () => {
	expect(of("time=range&from=2026-03-01&to=2026-03-02", "Asia/Shanghai")).toEqual({
		from: "2026-02-28T16:00:00.000Z",
		to: "2026-03-02T16:00:00.000Z",
	});
	expect(of("time=range&from=2026-03-29", "Europe/Berlin")).toEqual({ from: "2026-03-28T23:00:00.000Z" });
	expect(of("time=range&from=soon&to=")).toEqual({});
	// At midnight the clock goes to one.
	expect(of("time=range&from=2024-04-26", "Africa/Cairo")).toEqual({ from: "2024-04-25T22:00:00.000Z" });
});
