import type { Message } from "./contracts/finding.ts";
import { formatBytes, formatDuration, formatSpan } from "./format.ts";
import { placeholders, type Template } from "./template.ts";
import { isTimeZone } from "./time-zones.ts";
import { formatZoned } from "./zoned-time.ts";

/**
 * Stored text: a code with its values, rendered from the catalogue. A code's dots would mean nesting in the catalogue, and
 * `docker.foreign-containers` is a code beside `docker.foreign-containers.stopped`; so its key is the code with "_" for ".".
 */
export const MESSAGE_NAMESPACES = ["finding", "error", "event"] as const;
export type MessageNamespace = (typeof MESSAGE_NAMESPACES)[number];

/** `containerd.config.syntax` → `containerd_config_syntax`. */
export function codeKey(code: string): string {
	return code.replaceAll(".", "_");
}

/**
 * Values that are themselves codes, and are rendered before they are put into the sentence. A message that passes a cause on
 * carries the cause's values beside its own.
 */
const CODE_VALUES: ReadonlySet<string> = new Set(["because", "first"]);

export interface ValueContext {
	locale: string;
	/** Of moments that come without a zone of their own. Absent = UTC. */
	timeZone?: string;
	/** The sentence for a code, filled from the values of the message around it; null where the catalogue has none. */
	sentence: (code: string, values: Message["values"]) => string | null;
}

/**
 * What `template` needs, from what was stored: sizes, durations and moments written out, codes as sentences, "–" for a value that
 * an older record does not have. So that a stored message can always be shown.
 */
export function fillValues(template: Template, values: Message["values"], context: ValueContext): Record<string, string | number> {
	const filled: Record<string, string | number> = {};
	for (const [name, selects] of placeholders(template)) {
		const value = values[name];
		if (value === undefined || value === "") filled[name] = "–";
		else if (CODE_VALUES.has(name)) filled[name] = trimStop(context.sentence(String(value), values) ?? String(value));
		else if (typeof value === "number" && /Bytes$|^bytes$/.test(name)) filled[name] = formatBytes(value, context.locale);
		else if (typeof value === "number" && /Ms$/.test(name)) filled[name] = formatDuration(value);
		else if (/[a-z]S$|^seconds$/.test(name) && isCount(value)) filled[name] = formatSpan(Number(value) * 1_000, context.locale);
		else if (/At$/.test(name)) filled[name] = moment(value, values["timeZone"], context);
		// The names of a selection's branches may hold no hyphen.
		else if (selects && typeof value === "string") filled[name] = value.replaceAll("-", "_");
		else filled[name] = value;
	}
	return filled;
}

/** A marker of a node's script carries all its values as text. */
function isCount(value: string | number): boolean {
	return typeof value === "number" || /^\d+$/.test(value);
}

/** In the zone that came along, else in the reader's; what is no moment as it is. */
function moment(value: string | number, zone: string | number | undefined, { locale, timeZone: readers = "UTC" }: ValueContext): string {
	const ms = Date.parse(String(value));
	const timeZone = typeof zone === "string" && isTimeZone(zone) ? zone : readers;
	return Number.isNaN(ms) ? String(value) : `${formatZoned(ms, locale, timeZone)} ${timeZone}`;
}

/** A sentence within a sentence has no full stop of its own. */
function trimStop(sentence: string): string {
	return sentence.replace(/[.。]$/, "");
}
