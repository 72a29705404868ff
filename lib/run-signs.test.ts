import { expect, it } from "vitest";
import { newerSigns, signsOf } from "./run-signs.ts";
import { runStatus, UNKNOWN_AFTER_MS } from "./run-status.ts";
import { runView } from "./testing/run-view.ts";

const AT = "2026-01-01T00:00:00.000Z";
const step = { id: "", position: 0, phase: "prepare" as const, startedAt: null, durationMs: null, logLine: null };

it("say the same of a run as all of it does, also that nobody knows", () => {
	const steps = [
		{ ...step, where: "console" as const, state: "ok" as const },
		{ ...step, where: "node" as const, state: "running" as const },
	];
	for (const state of ["preparing", "cutover", "verifying", "draining"] as const) {
		for (const afterMs of [0, UNKNOWN_AFTER_MS + 1]) {
			const run = runView({ state, seenAt: AT, steps });
			expect(runStatus(signsOf(run), Date.parse(AT) + afterMs)).toEqual(runStatus(run, Date.parse(AT) + afterMs));
		}
	}
	expect(signsOf(runView({ steps })).steps).toHaveLength(1);
});

it("are those of the later state, and of one state those of the later sign of life", () => {
	const signs = (version: number, seenAt: string | null) => signsOf(runView({ version, seenAt }));
	const read = signs(3, AT);
	expect(newerSigns(read, undefined)).toBe(read);
	expect(newerSigns(read, signs(2, "2026-01-01T00:00:09.000Z"))).toBe(read);
	expect(newerSigns(read, signs(3, "2025-12-31T00:00:00.000Z"))).toBe(read);
	expect(newerSigns(read, signs(3, null))).toBe(read);
	for (const heard of [signs(4, null), signs(3, "2026-01-01T00:00:02.000Z")]) expect(newerSigns(read, heard)).toBe(heard);
});
