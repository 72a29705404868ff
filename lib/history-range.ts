import { wallClock, zonedInstant } from "./zoned-time.ts";

/** What the address says of the time that is shown: the last so many seconds, moments of the reader's own, or all of it. */
export interface HistoryTime {
	/** "" = any time, "range" = from one moment to another, else seconds. */
	choice: string;
	/** As the API takes them; "" = not chosen. */
	lastS: string;
	from: string;
	to: string;
	/** It ends before it begins: there is nothing to ask for. */
	backwards: boolean;
}

export const OWN_RANGE = "range";

/** Moments are in UTC in the address, so that a link means the same to readers in other zones. What is none is left out. */
export function historyTime(get: (name: string) => string): HistoryTime {
	const last = get("last");
	if (/^[1-9]\d{0,7}$/.test(last)) return { choice: last, lastS: last, from: "", to: "", backwards: false };
	const from = momentOf(get("from"));
	const to = momentOf(get("to"));
	return {
		choice: last === OWN_RANGE || from !== null || to !== null ? OWN_RANGE : "",
		lastS: "",
		from: from === null ? "" : new Date(from).toISOString(),
		to: to === null ? "" : new Date(to).toISOString(),
		backwards: from !== null && to !== null && to < from,
	};
}

/** A moment to the minute as the address has it: `2026-12-01T14:00Z`. */
export function momentToAddress(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

function momentOf(text: string): number | null {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(text)) return null;
	const ms = Date.parse(text);
	return !Number.isNaN(ms) && momentToAddress(ms) === text ? ms : null;
}

/** What a field for date and time holds for it, by the clock of that zone. */
export function toLocalField(ms: number, timeZone: string): string {
	const { date, time } = wallClock(ms, timeZone);
	return `${date}T${time}`;
}

/** The moment that such a field names; null where no clock of that zone shows it, or it is not complete. */
export function ofLocalField(value: string, timeZone: string): number | null {
	const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(value);
	return parts?.[1] && parts[2] ? zonedInstant(parts[1], parts[2], timeZone) : null;
}
