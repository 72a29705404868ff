"use client";

import { useTranslations } from "next-intl";
import type { CheckCounts } from "@/lib/check-progress.ts";

/** How far preflight is, in words and as a bar; read out as it goes on. */
export function CheckProgress({ counts }: { counts: CheckCounts }) {
	const t = useTranslations("migration");
	const { total, done, reading, checking, ready, blocked, failed } = counts;
	return (
		<div className="flex flex-col gap-1.5">
			<div
				role="progressbar"
				aria-label={t("planStep.preflight")}
				aria-valuemin={0}
				aria-valuemax={total}
				aria-valuenow={done}
				aria-valuetext={t("checkDoneOf", { done, total })}
				className="flex h-2 overflow-hidden rounded-full bg-muted"
			>
				<Part share={ready / total} look="bg-success" />
				<Part share={(blocked + failed) / total} look="bg-danger" />
				<Part share={(reading + checking) / total} look="bg-info/60" />
			</div>
			<p role="status" className="flex flex-wrap gap-x-4 text-sm">
				<span className="font-medium">{t("checkDoneOf", { done, total })}</span>
				{reading + checking > 0 ? <span>{t("checkUnderWay", { reading, checking })}</span> : null}
				<span>{t("checkReady", { count: ready })}</span>
				{blocked + failed > 0 ? <span className="text-danger">{t("checkKept", { count: blocked + failed })}</span> : null}
			</p>
		</div>
	);
}

function Part({ share, look }: { share: number; look: string }) {
	return share > 0 ? <span className={look} style={{ width: `${share * 100}%` }} /> : null;
}
