"use client";

import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useLiveState } from "@/components/shell/live.tsx";
import { useNow } from "@/components/ui/clock.tsx";
import { cn } from "@/lib/class-names.ts";
import { formatSpan } from "@/lib/format.ts";

/** While nobody tells, what is shown may be so old before it says so. Milliseconds. */
const OLD_MS = 10_000;

interface StaleNoteProps {
	/** By this browser's clock; milliseconds since 1970. */
	readAtMs: number;
	className?: string;
	children: ReactNode;
}

/** Greys what it holds once nobody tells of changes any more, and says how old it is. */
export function StaleNote({ readAtMs, className, children }: StaleNoteProps) {
	const t = useTranslations("migration");
	const locale = useLocale();
	const now = useNow();
	const live = useLiveState();
	const ageMs = now - readAtMs;
	const old = (live === "polling" || live === "offline") && now > 0 && readAtMs > 0 && ageMs > OLD_MS;
	return (
		<div data-old={old} className={cn("flex min-w-0 flex-col gap-4 data-[old=true]:grayscale", className)}>
			{old ? <p className="text-sm">{t("asOf", { time: formatSpan(ageMs, locale) })}</p> : null}
			{children}
		</div>
	);
}
