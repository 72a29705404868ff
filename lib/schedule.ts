import type { MigrationView } from "./contracts/run.ts";

/** No further ahead, days: by then neither the plan nor the word that was given for it would still be about the same nodes. */
export const MOST_DAYS_AHEAD = 90;
/** A start that is due and was kept from happening, the console was down, is made up for within this time. Milliseconds. */
export const LATEST_START_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Why nothing can be scheduled for that moment; null where it can. */
export function scheduleRefusal(startMs: number, nowMs: number): "past" | "too-far" | null {
	if (startMs <= nowMs) return "past";
	return startMs - nowMs > MOST_DAYS_AHEAD * DAY_MS ? "too-far" : null;
}

const FAILED = ["migration.schedule-missed", "migration.schedule-refused"];

/** Its time has come and it was not started: it is a draft again and waits for a person. */
export function scheduleFailed({ state, stateWhy }: Pick<MigrationView, "state" | "stateWhy">): boolean {
	return state === "draft" && stateWhy !== null && FAILED.includes(stateWhy.code);
}
