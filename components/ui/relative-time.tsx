"use client";

import { useLocale } from "next-intl";
import { formatAge, formatExact, formatRelative } from "@/lib/format.ts";
import { useNow } from "./clock.tsx";
import { useTimeZone } from "./time-zone.tsx";

interface RelativeTimeProps {
	/** ISO 8601. */
	at: string;
	/** "short" = 5m, as kubectl; "long" = 5 minutes ago. */
	form?: "short" | "long";
	className?: string;
}

/** How long ago; the exact moment, with its zone, on hover and for screen readers' time element. */
export function RelativeTime({ at, form = "long", className }: RelativeTimeProps) {
	const now = useNow();
	const locale = useLocale();
	const timeZone = useTimeZone();
	const then = Date.parse(at);
	if (Number.isNaN(then)) return <span className={className}>–</span>;
	// Until the page runs in the browser nobody knows its zone: the moment is given in UTC, alike on both sides.
	const text = now === 0 ? at.slice(0, 16).replace("T", " ") : form === "short" ? formatAge(then, now) : formatRelative(then, now, locale);
	return (
		<time dateTime={at} title={now === 0 ? at : formatExact(then, locale, timeZone)} className={className}>
			{text}
		</time>
	);
}
