const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock and a calendar in that zone show: `2026-12-01`, `22:00`. */
export function wallClock(ms: number, timeZone: string): { date: string; time: string } {
	let format = formats.get(timeZone);
	if (!format) {
		format = new Intl.DateTimeFormat("en-GB", {
			timeZone,
			year: "numeric",
			month: "2-digit",
			day: "2-digit",
			hour: "2-digit",
			minute: "2-digit",
			hourCycle: "h23",
		});
		formats.set(timeZone, format);
	}
	const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
	// A year that is still being typed has fewer digits than any calendar's.
	return { date: `${part["year"]?.padStart(4, "0")}-${part["month"]}-${part["day"]}`, time: `${part["hour"]}:${part["minute"]}` };
}

/**
 * When a clock in that zone shows this, milliseconds since 1970; the first of the two where it is set back. Null where it never does: it is
 * set forward over it, or it is no date.
 */
export function zonedInstant(date: string, time: string, timeZone: string): number | null {
	const asUtc = Date.parse(`${date}T${time}:00Z`);
	if (Number.isNaN(asUtc)) return null;
	// The zone's offset there is one of the two that it has a day before and a day after.
	const candidates = [-1, 1].map((side) => asUtc - offsetMs(asUtc + side * 86_400_000, timeZone));
	const shown = candidates.filter((ms) => {
		const wall = wallClock(ms, timeZone);
		return wall.date === date && wall.time === time;
	});
	return shown.length === 0 ? null : Math.min(...shown);
}

function offsetMs(ms: number, timeZone: string): number {
	const { date, time } = wallClock(ms, timeZone);
	return Date.parse(`${date}T${time}:00Z`) - Math.floor(ms / 60_000) * 60_000;
}

/** A moment to the minute as it is told in that zone: `Tue, 1 Dec 2026, 22:00`. */
export function formatZoned(ms: number, locale: string, timeZone: string): string {
	return new Intl.DateTimeFormat(locale, {
		timeZone,
		weekday: "short",
		year: "numeric",
		month: "short",
		day: "numeric",
		hour: "2-digit",
		minute: "2-digit",
		hourCycle: "h23",
	}).format(ms);
}

/** How long until then, by its two largest units: `2 hr 10 min`, `3 days 4 hr`; seconds in the last minute. Never too short. No line ends between a number and its unit. */
export function formatCountdown(ms: number, locale: string): string {
	const seconds = Math.max(0, Math.ceil(ms / 1_000));
	const unit = (value: number, name: string) =>
		new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value).replace(" ", "\u00a0");
	if (seconds < 60) return unit(seconds, "second");
	const minutes = Math.ceil(seconds / 60);
	const [large, small] =
		minutes < 1_440
			? ([
					[minutes / 60, "hour"],
					[minutes % 60, "minute"],
				] as const)
			: ([
					[minutes / 1_440, "day"],
					[(minutes % 1_440) / 60, "hour"],
				] as const);
	return [large, small].flatMap(([value, name]) => (Math.floor(value) > 0 ? [unit(Math.floor(value), name)] : [])).join(" ");
}
