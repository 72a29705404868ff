"use client";

import { X } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { useInBrowser, useTimeZone } from "@/components/ui/time-zone.tsx";
import { momentToAddress, OWN_RANGE } from "@/lib/history-range.ts";
import { localZone } from "@/lib/time-choice.ts";
import { formatZoned } from "@/lib/zoned-time.ts";
import type { HistoryAddress } from "./history-address.ts";
import { MomentField } from "./moment-field.tsx";

/** From one moment to another, either left open: by the reader's clock, and said again in the reader's language. */
export function RangeFields({ address: { query, backwards, set } }: { address: HistoryAddress }) {
	const t = useTranslations("history");
	const locale = useLocale();
	const zone = useTimeZone();
	const inBrowser = useInBrowser();
	const first = useRef<HTMLInputElement>(null);
	// A field that holds half a date holds nothing that could be emptied: another one takes its place.
	const [cleared, setCleared] = useState(0);
	useEffect(() => {
		if (cleared > 0) first.current?.focus();
	}, [cleared]);
	// Only the browser knows its zone.
	if (!inBrowser) return null;
	const timeZone = zone ?? localZone();
	const fromMs = query.from === "" ? null : Date.parse(query.from);
	const toMs = query.to === "" ? null : Date.parse(query.to);
	const told = { from: words(fromMs), to: words(toMs), zone: timeZone };
	function words(ms: number | null): string {
		return ms === null ? "" : formatZoned(ms, locale, timeZone);
	}
	const change = (name: "from" | "to") => (ms: number | null) => set({ last: OWN_RANGE, [name]: ms === null ? null : momentToAddress(ms) });
	return (
		<fieldset aria-label={t("rangeFields")} className="flex w-full flex-wrap items-start gap-x-3 gap-y-1.5">
			<MomentField key={`from-${cleared}`} ref={first} label={t("rangeFrom")} ms={fromMs} timeZone={timeZone} onMoment={change("from")} />
			<MomentField
				key={`to-${cleared}`}
				label={t("rangeTo")}
				ms={toMs}
				timeZone={timeZone}
				error={backwards ? t("rangeBackwards") : undefined}
				onMoment={change("to")}
			/>
			<Button
				variant="ghost"
				onClick={() => {
					set({ last: OWN_RANGE, from: null, to: null });
					setCleared(cleared + 1);
				}}
			>
				<X aria-hidden="true" />
				{t("rangeClear")}
			</Button>
			<p aria-live="polite" className="basis-full text-muted-foreground text-xs">
				{backwards
					? null
					: fromMs !== null && toMs !== null
						? t("rangeBetween", told)
						: fromMs !== null
							? t("rangeSince", told)
							: toMs !== null
								? t("rangeUntil", told)
								: t("rangeZone", told)}
			</p>
		</fieldset>
	);
}
