import type { CountOrPercent, TimeWindow } from "./contracts/rollout.ts";
import { isTimeZone } from "./time-zones.ts";

/** A migration has no more. */
export const MOST_NODES = 2_000;
export const PERCENT = /^([1-9]|[1-9]\d|100)%$/;
export const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** As countOrPercentSchema judges it. */
export function isCountOrPercent(value: unknown): value is CountOrPercent {
	if (typeof value === "string") return PERCENT.test(value);
	return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_NODES;
}

/** As timeWindowSchema judges it. */
export function isTimeWindow({ from, to, timeZone }: TimeWindow): boolean {
	return CLOCK_TIME.test(from) && CLOCK_TIME.test(to) && from !== to && timeZone.length <= 64 && isTimeZone(timeZone);
}
