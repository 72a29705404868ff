import { dateTimeFormat, numberFormat, relativeTimeFormat } from "./intl-formats.ts";

const NUMERIC = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** node2 before node10, whatever the reader's language. */
export function naturalCompare(one: string, other: string): number {
	// Of thousands of rows most say the same in most columns; the collator would read through both each time.
	return one === other ? 0 : NUMERIC.compare(one, other);
}

/** The first names of a list, and how many more there are. */
export function firstNames(names: readonly string[], most = 12): string {
	const rest = names.length - most;
	return rest > 0 ? `${names.slice(0, most).join(", ")} … +${rest}` : names.join(", ");
}

/** Addresses by their numbers: 10.0.0.9 before 10.0.0.10; IPv4 before IPv6, names last. */
export function compareAddresses(one: string, other: string): number {
	const rank = (address: string) => (/^\d+(\.\d+){3}$/.test(address) ? 0 : address.includes(":") ? 1 : 2);
	const difference = rank(one) - rank(other);
	return difference !== 0 ? difference : naturalCompare(one, other);
}

/** v1.9 before v1.18; a pre-release suffix goes by its numbers too. */
export function compareVersions(one: string, other: string): number {
	return naturalCompare(one, other);
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** 1536 → "1.5 KiB". Negative and broken numbers are shown as "–". */
export function formatBytes(bytes: number, locale = "en"): string {
	if (!Number.isFinite(bytes) || bytes < 0) return "–";
	let unit = 0;
	let value = bytes;
	while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
		value /= 1024;
		unit++;
	}
	const digits = unit === 0 || value >= 100 ? 0 : 1;
	return `${numberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${BYTE_UNITS[unit]}`;
}

/** Durations as a clock would tell them, the same in every language: 850 ms, 4.2 s, 41 s, 6:10, 1:02:09. */
export function formatDuration(durationMs: number): string {
	if (!Number.isFinite(durationMs) || durationMs < 0) return "–";
	if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
	if (durationMs < 9_950) return `${(durationMs / 1_000).toFixed(1)} s`;
	const seconds = Math.round(durationMs / 1_000);
	if (seconds < 60) return `${seconds} s`;
	const two = (value: number) => String(value).padStart(2, "0");
	const minutes = Math.floor(seconds / 60);
	return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** The same in at most five characters, for a narrow column: 0.8s, 4.2s, 41s, 6:10, 1h02. What took less than a twentieth of a second is "0s". */
export function formatBriefDuration(durationMs: number): string {
	if (!Number.isFinite(durationMs) || durationMs < 0) return "–";
	if (durationMs < 50) return "0s";
	if (durationMs < 9_950) return `${(durationMs / 1_000).toFixed(1)}s`;
	const seconds = Math.round(durationMs / 1_000);
	if (seconds < 60) return `${seconds}s`;
	const two = (value: number) => String(value).padStart(2, "0");
	if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
	const minutes = Math.round(seconds / 60);
	return minutes < 6_000 ? `${Math.floor(minutes / 60)}h${two(minutes % 60)}` : `${Math.round(minutes / 1_440)}d`;
}

/**
 * A length of time within a sentence, in the reader's language: 45 sec, 5 min 10 sec, 30 min, 1 hr 5 min; “30分钟”. Seconds are told up to ten
 * minutes, minutes up to a day. Negative and broken numbers are shown as "–".
 */
export function formatSpan(durationMs: number, locale: string): string {
	if (!Number.isFinite(durationMs) || durationMs < 0) return "–";
	const seconds = Math.round(durationMs / 1_000);
	const minutes = seconds < 600 ? Math.floor(seconds / 60) : Math.round(seconds / 60);
	const hours = minutes < 1_440 ? Math.floor(minutes / 60) : Math.round(minutes / 60);
	const parts: [number, string][] = [
		[Math.floor(hours / 24), "day"],
		[hours % 24, "hour"],
		[hours < 24 ? minutes % 60 : 0, "minute"],
		[minutes < 10 ? seconds % 60 : 0, "second"],
	];
	const unit = (value: number, name: string) => numberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
	const told = parts.filter(([value]) => value > 0).map(([value, name]) => unit(value, name));
	return new Intl.ListFormat(locale, { type: "unit", style: "narrow" }).format(told.length > 0 ? told : [unit(0, "second")]);
}

/** Ages as kubectl prints them: 45s, 3m, 2h, 5d, 2y. An age in the future is "0s". */
export function formatAge(fromMs: number, nowMs: number): string {
	const seconds = Math.max(0, Math.floor((nowMs - fromMs) / 1_000));
	if (seconds < 120) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 120) return `${minutes}m`;
	const hours = Math.floor(minutes / 60);
	if (hours < 48) return `${hours}h`;
	const days = Math.floor(hours / 24);
	return days < 730 ? `${days}d` : `${Math.floor(days / 365)}y`;
}

/** How long ago in the reader's language: "3 minutes ago", “3分钟前”. Within ten seconds: now. */
export function formatRelative(fromMs: number, nowMs: number, locale: string): string {
	const seconds = Math.round((fromMs - nowMs) / 1_000);
	const format = relativeTimeFormat(locale, { numeric: "auto" });
	const size = Math.abs(seconds);
	if (size < 10) return format.format(0, "second");
	if (size < 60) return format.format(seconds, "second");
	if (size < 3_600) return format.format(Math.trunc(seconds / 60), "minute");
	if (size < 86_400) return format.format(Math.trunc(seconds / 3_600), "hour");
	if (size < 30 * 86_400) return format.format(Math.trunc(seconds / 86_400), "day");
	return format.format(Math.trunc(seconds / (30 * 86_400)), "month");
}

/** The time of day: 12:41:07. `timeZone` undefined = the browser's; it has to be said, so that a reader's choice is never forgotten. */
export function formatTime(atMs: number, locale: string, timeZone: string | undefined): string {
	return dateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone }).format(atMs);
}

/** The exact moment with its zone: what a hover shows. `timeZone` undefined = the browser's. */
export function formatExact(atMs: number, locale: string, timeZone: string | undefined): string {
	return dateTimeFormat(locale, {
		year: "numeric",
		month: "2-digit",
		day: "2-digit",
		hour: "2-digit",
		minute: "2-digit",
		second: "2-digit",
		hourCycle: "h23",
		timeZoneName: "short",
		timeZone,
	}).format(atMs);
}

/** The day of the calendar: 2026-12-01. `timeZone` undefined = the browser's. */
export function formatDay(atMs: number, timeZone: string | undefined): string {
	return dateTimeFormat("sv", { dateStyle: "short", timeZone }).format(atMs);
}
