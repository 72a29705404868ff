import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { historyTime, momentToAddress, ofLocalField, toLocalField } from "./history-range.ts";

const of = (address: string) => {
	const parameters = new URLSearchParams(address);
	return historyTime((name) => parameters.get(name) ?? "");
};
const ANY = { choice: "", lastS: "", from: "", to: "", backwards: false };

describe("historyTime", () => {
	it("asks for any time where the address says nothing, or nothing that is a time", () => {
		expect(of("")).toEqual(ANY);
		expect(of("last=soon&from=yesterday&to=2026-02-31T00:00Z")).toEqual(ANY);
		expect(of("from=2026-12-01T14:00")).toEqual(ANY);
	});

	it("takes the last so many seconds, whatever else is there", () => {
		expect(of("last=86400&from=2026-12-01T14:00Z")).toEqual({ ...ANY, choice: "86400", lastS: "86400" });
	});

	it("takes moments with either end open", () => {
		expect(of("last=range")).toEqual({ ...ANY, choice: "range" });
		expect(of("from=2026-12-01T14:00Z")).toEqual({ ...ANY, choice: "range", from: "2026-12-01T14:00:00.000Z" });
		expect(of("last=range&to=2026-12-01T14:00Z")).toEqual({ ...ANY, choice: "range", to: "2026-12-01T14:00:00.000Z" });
	});

	it("says where the end lies before the beginning, and not where it is one moment", () => {
		expect(of("from=2026-12-01T14:00Z&to=2026-12-01T13:59Z").backwards).toBe(true);
		expect(of("from=2026-12-01T14:00Z&to=2026-12-01T14:00Z").backwards).toBe(false);
	});
});

describe("a field for date and time", () => {
	it("is of the reader's zone", () => {
		const ms = Date.parse("2026-12-01T14:00Z");
		expect(toLocalField(ms, "Asia/Shanghai")).toBe("2026-12-01T22:00");
		expect(ofLocalField("2026-12-01T22:00", "Asia/Shanghai")).toBe(ms);
		expect(momentToAddress(ms)).toBe("2026-12-01T14:00Z");
	});

	it("names no moment where the clock is set forward over it, while it is not complete", () => {
		expect(ofLocalField("2026-03-29T02:30", "Europe/Berlin")).toBeNull();
		for (const value of ["", "2026-03-29", "12026-03-29T02:30"]) expect(ofLocalField(value, "UTC")).toBeNull();
	});

	it("gives back every minute that it was given, but for those that a clock shows twice", () => {
		const minutes = fc.integer({ min: 0, max: 100 * 365 * 1_440 });
		fc.assert(
			fc.property(minutes, fc.constantFrom("UTC", "Asia/Kolkata", "America/New_York"), (minute, timeZone) => {
				const ms = minute * 60_000;
				const back = ofLocalField(toLocalField(ms, timeZone), timeZone);
				expect([ms, ms - 3_600_000]).toContain(back);
			}),
		);
	});
});
