import type { TimeWindow } from "./contracts/rollout.ts";

const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

/** Whether the clock in the window's zone stands between its hours; `to` itself is outside. */
export function isInWindow({ from, to, timeZone }: TimeWindow, ms: number): boolean {
	const [begin, end, now] = [minuteOf(from), minuteOf(to), localMinute(timeZone, ms)];
	return begin < end ? now >= begin && now < end : now >= begin || now < end;
}

/**
 * When it opens next, milliseconds since 1970; `ms` itself where it is open. Minute by minute, since a day on which clocks change is shorter
 * or longer. Null where two days have no such minute.
 */
export function windowOpensAt(window: TimeWindow, ms: number): number | null {
	if (isInWindow(window, ms)) return ms;
	const next = Math.ceil(ms / MINUTE_MS) * MINUTE_MS;
	for (let minute = 0; minute <= 2 * DAY_MINUTES; minute += 1) {
		const at = next + minute * MINUTE_MS;
		if (isInWindow(window, at)) return at;
	}
	return null;
}

function minuteOf(clock: string): number {
	return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localMinute(timeZone: string, ms: number): number {
	let format = formats.get(timeZone);
	if (!format) {
		format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
		formats.set(timeZone, format);
	}
	return minuteOf(format.format(ms));
}
