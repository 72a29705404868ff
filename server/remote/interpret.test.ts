import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isArmed, isSettled, logGeneration, scriptState, scriptStates, secondsToRevert } from "./interpret.ts";
import type { NodeRunStatus, UnitStatus } from "./status.ts";

const RUN = "r0000001";

function status(over: Partial<NodeRunStatus> = {}): NodeRunStatus {
	return {
		runId: RUN,
		now: { bootId: "boot-b", uptimeS: 1000 },
		epochS: 1,
		owner: null,
		started: {},
		exits: {},
		decision: "none",
		final: "",
		deadline: null,
		timerS: null,
		units: {},
		byHand: false,
		triggers: { revert: false, boot: false },
		log: { size: 0, inode: "", bytes: Buffer.alloc(0), offset: 0, prefixSha256: null },
		...over,
	};
}

function unit(activeState: string, subState = "running"): UnitStatus {
	return { loadState: "loaded", activeState, subState, job: false };
}

const here = { bootId: "boot-b", uptimeS: 900 };
const earlier = { bootId: "boot-a", uptimeS: 5000 };
const cutover = `gantry-${RUN}-cutover.service`;

describe("scriptState", () => {
	it("tells exited 7 from never started, which systemd cannot", () => {
		const gone = { [cutover]: { loadState: "not-found", activeState: "inactive", subState: "dead", job: false } };
		expect(scriptState(status({ units: gone }), "cutover")).toEqual({ kind: "not-started" });
		expect(scriptState(status({ units: gone, started: { cutover: here }, exits: { cutover: { code: 7, ...here } } }), "cutover")).toEqual({
			kind: "exited",
			code: 7,
		});
	});

	it("without an exit: running while the unit is, lost when it is not or the boot is another", () => {
		for (const active of ["active", "activating", "deactivating", "reloading"]) {
			expect(scriptState(status({ started: { cutover: here }, units: { [cutover]: unit(active) } }), "cutover").kind).toBe("running");
		}
		for (const over of ["inactive", "failed"]) {
			expect(scriptState(status({ started: { cutover: here }, units: { [cutover]: unit(over, "dead") } }), "cutover")).toEqual({
				kind: "lost",
				because: "killed",
			});
		}
		expect(scriptState(status({ started: { cutover: earlier } }), "cutover")).toEqual({ kind: "lost", because: "reboot" });
	});

	it("does not guess when systemd did not answer", () => {
		expect(scriptState(status({ started: { cutover: here }, units: null }), "cutover")).toEqual({ kind: "unknown" });
		expect(scriptState(status({ started: { cutover: earlier }, units: null }), "cutover")).toEqual({ kind: "lost", because: "reboot" });
		expect(scriptState(status({ started: { cutover: here }, exits: { cutover: { code: 0, ...here } }, units: null }), "cutover").kind).toBe(
			"exited",
		);
	});

	it("does not call a revert lost that a person runs by hand", () => {
		expect(scriptState(status({ started: { revert: here }, byHand: true }), "revert")).toEqual({ kind: "unknown" });
		expect(scriptState(status({ started: { revert: here } }), "revert")).toEqual({ kind: "lost", because: "killed" });
	});

	it("counts the shared triggers only for the run they name", () => {
		const units = { "gantry-revert.service": unit("activating", "start") };
		expect(scriptState(status({ units }), "revert").kind).toBe("not-started");
		expect(scriptState(status({ units, triggers: { revert: true, boot: false } }), "revert").kind).toBe("running");
	});

	it("sees a revert that a reboot cut short and the boot unit goes on with", () => {
		const cut = { started: { revert: earlier }, triggers: { revert: false, boot: true } };
		expect(scriptState(status({ ...cut, units: { "gantry-boot.service": unit("activating", "start") } }), "revert").kind).toBe("running");
		expect(scriptState(status({ ...cut, units: { "gantry-boot.service": unit("failed", "failed") } }), "revert")).toEqual({
			kind: "lost",
			because: "reboot",
		});
	});

	it("does not call a revert killed that has taken its own trigger away and is about to end", () => {
		const ending = { started: { revert: here }, final: "reverted", decision: "revert" as const };
		expect(scriptState(status({ ...ending, units: { "gantry-revert.service": unit("active") } }), "revert")).toEqual({ kind: "running" });
		expect(scriptState(status({ ...ending, units: { "gantry-boot.service": unit("activating", "start") } }), "revert").kind).toBe(
			"running",
		);
		expect(scriptState(status({ ...ending, units: { "gantry-revert.service": unit("inactive", "dead") } }), "revert")).toEqual({
			kind: "lost",
			because: "killed",
		});
	});

	it("takes a oneshot that remains after its exit for what it is", () => {
		const done = { started: { revert: here }, exits: { revert: { code: 0, ...here } }, triggers: { revert: false, boot: true } };
		expect(scriptState(status({ ...done, units: { "gantry-boot.service": unit("active", "exited") } }), "revert").kind).toBe("exited");
	});

	it("an exit is never lost, whatever else is read", () => {
		const moment = fc.constantFrom(here, earlier);
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 255 }),
				moment,
				moment,
				fc.option(fc.dictionary(fc.constantFrom(cutover, "gantry-boot.service"), fc.constantFrom(unit("active"), unit("failed")))),
				(code, began, ended, units) => {
					const state = scriptState(status({ started: { cutover: began }, exits: { cutover: { code, ...ended } }, units }), "cutover");
					expect(state).toEqual({ kind: "exited", code });
				},
			),
		);
	});
});

describe("a run as a whole", () => {
	it("is settled when it is final and nothing of it works", () => {
		const started = { "prepare-1": here, cutover: here, revert: here };
		const exits = { "prepare-1": { code: 0, ...here }, cutover: { code: 1, ...here } };
		const running = status({ started, exits, final: "reverted", units: { [`gantry-${RUN}-revert.service`]: unit("active") } });
		expect(scriptStates(running)).toEqual({
			"prepare-1": { kind: "exited", code: 0 },
			cutover: { kind: "exited", code: 1 },
			revert: { kind: "running" },
		});
		expect(isSettled(running)).toBe(false);
		expect(isSettled({ ...running, units: {}, exits: { ...exits, revert: { code: 0, ...here } } })).toBe(true);
		expect(isSettled({ ...running, units: {}, final: "" })).toBe(false);
	});

	it("is armed only while its own timer waits and nothing is decided", () => {
		const armed = status({ units: { "gantry-revert.timer": unit("active", "waiting") }, triggers: { revert: true, boot: true } });
		expect(isArmed(armed)).toBe(true);
		expect(isArmed({ ...armed, decision: "commit" })).toBe(false);
		expect(isArmed({ ...armed, triggers: { revert: false, boot: true } })).toBe(false);
		expect(isArmed({ ...armed, units: { "gantry-revert.timer": unit("inactive", "dead") } })).toBe(false);
	});

	it("counts down only within the boot that the deadline belongs to", () => {
		expect(secondsToRevert(status({ deadline: { bootId: "boot-b", uptimeS: 1090 } }))).toBe(90);
		expect(secondsToRevert(status({ deadline: { bootId: "boot-b", uptimeS: 10 } }))).toBe(0);
		expect(secondsToRevert(status({ deadline: { bootId: "boot-a", uptimeS: 9000 } }))).toBeNull();
		expect(secondsToRevert(status({ deadline: { bootId: "boot-b", uptimeS: 1090 }, decision: "revert" }))).toBeNull();
	});
});

describe("logGeneration", () => {
	const log = { size: 500, inode: "7", bytes: Buffer.alloc(0), offset: 400, prefixSha256: null };
	it("a shorter log, another inode or other bytes are a new generation", () => {
		expect(logGeneration({ offset: 400, inode: "7" }, log)).toBe("same");
		expect(logGeneration({ offset: 501, inode: "7" }, log)).toBe("new");
		expect(logGeneration({ offset: 400, inode: "8" }, log)).toBe("new");
		expect(logGeneration({ offset: 400, inode: "7", sha256: "aa" }, { ...log, prefixSha256: "bb" })).toBe("new");
		expect(logGeneration({ offset: 400, inode: "7", sha256: "aa" }, { ...log, prefixSha256: "aa" })).toBe("same");
	});
	it("where nothing was read nothing can have changed", () => {
		expect(logGeneration({ offset: 0, inode: "" }, { ...log, size: 0, inode: "" })).toBe("same");
	});
});
