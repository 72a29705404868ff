import { expect, it } from "vitest";
import { codeKey, fillValues } from "./message.ts";

const context = { locale: "en", sentence: (code: string) => (code === "ssh.aborted" ? "It was called off." : null) };

it("keeps a code and a longer one that begins alike apart", () => {
	expect(codeKey("docker.foreign-containers.stopped")).toBe("docker_foreign-containers_stopped");
	expect(codeKey("docker.foreign-containers")).toBe("docker_foreign-containers");
});

it("gives every value a sentence needs, also those that an older record lacks", () => {
	expect(fillValues("{node} {other}", { node: "n1", spare: 1 }, context)).toEqual({ node: "n1", other: "–" });
});

it("writes out sizes and durations", () => {
	expect(fillValues("{freeBytes} {timeoutMs} {count}", { freeBytes: 2_048, timeoutMs: 61_000, count: 3 }, context)).toEqual({
		freeBytes: "2 KiB",
		timeoutMs: "1:01",
		count: 3,
	});
});

it("tells seconds as a length of time, also where a node's script wrote them", () => {
	expect(fillValues("{leftS} {seconds} {forS}", { leftS: 1_798, seconds: "600", forS: "long" }, context)).toEqual({
		leftS: "30 min",
		seconds: "10 min",
		forS: "long",
	});
});

it("tells a moment in the zone that comes with it", () => {
	const startAt = "2026-12-01T14:00:00.000Z";
	const told = (values: Record<string, string>) => fillValues("{startAt}", values, context)["startAt"];
	expect(told({ startAt, timeZone: "Asia/Shanghai" })).toBe("Tue, Dec 1, 2026, 22:00 Asia/Shanghai");
	expect(told({ startAt, timeZone: "Mars/North" })).toBe("Tue, Dec 1, 2026, 14:00 UTC");
	expect(told({ startAt: "soon" })).toBe("soon");
	const inReadersZone = fillValues("{startAt}", { startAt }, { ...context, timeZone: "Asia/Shanghai" });
	expect(inReadersZone).toEqual({ startAt: "Tue, Dec 1, 2026, 22:00 Asia/Shanghai" });
});

it("puts the sentence of a cause into the sentence, and its code where there is none", () => {
	expect(fillValues("{because}", { because: "ssh.aborted" }, context)).toEqual({ because: "It was called off" });
	expect(fillValues("{because}", { because: "new.code" }, context)).toEqual({ because: "new.code" });
});

it("names branches of a selection without hyphens, and nothing else", () => {
	expect(
		fillValues("{why, select, several_budgets {many of them} other {{why}}} {pod}", { why: "several-budgets", pod: "web-1" }, context),
	).toEqual({
		why: "several_budgets",
		pod: "web-1",
	});
});
