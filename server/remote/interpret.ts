import { BOOT_SERVICE, REVERT_SERVICE, REVERT_TIMER } from "../plan/layout.ts";
import type { NodeRunStatus } from "./status.ts";

/**
 * What became of one script of a run. `lost` = it began, left no exit, and nothing of it runs (safety rule 9): a reboot or a
 * kill. `unknown` = it began, left no exit, and systemd did not answer or cannot know (a revert by hand): ask again.
 */
export type ScriptState =
	| { kind: "not-started" }
	| { kind: "running" }
	| { kind: "exited"; code: number }
	| { kind: "lost"; because: "reboot" | "killed" }
	| { kind: "unknown" };

const RUNNING_STATES: ReadonlySet<string> = new Set(["active", "activating", "deactivating", "reloading"]);

/** State of `prepare-<attempt>`, `cutover` or `revert`. */
export function scriptState(status: NodeRunStatus, suffix: string): ScriptState {
	const exit = status.exits[suffix];
	const started = status.started[suffix];
	const units = unitsOf(status, suffix);
	if (exit) {
		// A revert may begin again after an exit of its own, at the next boot.
		return suffix === "revert" && status.final === "" && anyRunning(status, units)
			? { kind: "running" }
			: { kind: "exited", code: exit.code };
	}
	if (anyRunning(status, units)) return { kind: "running" };
	if (!started) return { kind: "not-started" };
	if (started.bootId !== status.now.bootId) return { kind: "lost", because: "reboot" };
	if (suffix === "revert" && status.byHand) return { kind: "unknown" };
	return status.units === null ? { kind: "unknown" } : { kind: "lost", because: "killed" };
}

/** Every script that began, or whose unit runs, by suffix; `cutover` and `revert` always. */
export function scriptStates(status: NodeRunStatus): Record<string, ScriptState> {
	const suffixes = new Set(["cutover", "revert", ...Object.keys(status.started), ...Object.keys(status.exits)]);
	return Object.fromEntries([...suffixes].map((suffix) => [suffix, scriptState(status, suffix)]));
}

function unitsOf(status: NodeRunStatus, suffix: string): string[] {
	const own = `gantry-${status.runId}-${suffix}.service`;
	if (suffix !== "revert") return [own];
	// The triggers have one name for all runs: they count for the run that their files name. A revert that has its final state
	// takes these files away before it ends: until its exit is there, the unit that runs may be its own.
	const endsNow = status.final !== "" && status.started.revert !== undefined;
	return [own, ...(status.triggers.revert || endsNow ? [REVERT_SERVICE] : []), ...(status.triggers.boot || endsNow ? [BOOT_SERVICE] : [])];
}

/** A oneshot with RemainAfterExit reads active (exited) long after its work. */
function anyRunning(status: NodeRunStatus, units: string[]): boolean {
	return units.some((name) => {
		const unit = status.units?.[name];
		return unit !== undefined && RUNNING_STATES.has(unit.activeState) && unit.subState !== "exited";
	});
}

/** True when the run is final and nothing of it works on the node any more. */
export function isSettled(status: NodeRunStatus): boolean {
	return status.final !== "" && Object.values(scriptStates(status)).every((state) => state.kind !== "running" && state.kind !== "unknown");
}

/** True while the revert timer of this run is armed and will fire. */
export function isArmed(status: NodeRunStatus): boolean {
	return status.triggers.revert && status.units?.[REVERT_TIMER]?.activeState === "active" && status.decision === "none";
}

/** Seconds until the revert fires, never below 0; null where nothing is armed in this boot. */
export function secondsToRevert(status: NodeRunStatus): number | null {
	if (!status.deadline || status.deadline.bootId !== status.now.bootId || status.decision !== "none") return null;
	return Math.max(0, status.deadline.uptimeS - status.now.uptimeS);
}

/** What the caller holds of a log. */
export interface RememberedLog {
	offset: number;
	/** "" where nothing was read yet. */
	inode: string;
	/** SHA-256 of the bytes held; compared where the status carries the node's. */
	sha256?: string;
}

/**
 * Whether the log on the node goes on from what is remembered. A shorter log, another inode or other bytes are a new
 * generation, to be read from its beginning: never something to wait for (safety rule 21).
 */
export function logGeneration(remembered: RememberedLog, log: NodeRunStatus["log"]): "same" | "new" {
	if (remembered.offset === 0) return "same";
	if (log.size < remembered.offset) return "new";
	if (remembered.inode !== "" && remembered.inode !== log.inode) return "new";
	if (remembered.sha256 !== undefined && log.prefixSha256 !== null && remembered.sha256 !== log.prefixSha256) return "new";
	return "same";
}
