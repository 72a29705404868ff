"use client";

import { useLocale } from "next-intl";
import { formatExact } from "@/lib/format.ts";
import { useInBrowser, useTimeZone } from "./time-zone.tsx";

/** A moment to the second with its zone, for a record; as it is stored, in UTC, on hover. */
export function ExactTime({ at, className }: { at: string; className?: string }) {
	const locale = useLocale();
	const timeZone = useTimeZone();
	const inBrowser = useInBrowser();
	const ms = Date.parse(at);
	return (
		<time dateTime={at} title={at} className={className}>
			{inBrowser && !Number.isNaN(ms) ? formatExact(ms, locale, timeZone) : at}
		</time>
	);
}
