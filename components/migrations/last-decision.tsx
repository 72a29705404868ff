"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { isFocusFree } from "@/components/ui/kept-focus.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { useDecisionName, useDecisionReason } from "./decision-name.ts";
import { SayWhy } from "./say-why.tsx";

interface LastDecisionProps {
	detail: Pick<MigrationDetail, "migration" | "decisions">;
	/** Its button has just gone from under the person's fingers: the focus goes on here. */
	takeFocus: boolean;
}

/** What was decided last, by whom and why; and the line to say why where one has not said so. */
export function LastDecision({ detail, takeFocus }: LastDecisionProps) {
	const t = useTranslations("migration");
	const name = useDecisionName();
	const reasonOf = useDecisionReason();
	const line = useRef<HTMLInputElement>(null);
	const last = detail.decisions[0];
	const asks = last?.mine === true && reasonOf(last) === null;
	const id = last?.id;
	useEffect(() => {
		// Never away from where the person is.
		if (takeFocus && asks && id !== undefined && isFocusFree()) line.current?.focus();
	}, [takeFocus, asks, id]);
	if (!last) return null;
	if (asks) return <SayWhy key={last.id} migrationId={detail.migration.id} decision={last} inputRef={line} />;
	return (
		<p className="text-sm" data-last-decision={last.action}>
			<span className="text-muted-foreground">{t("lastDecision", { decision: name(last), person: last.by })}</span>{" "}
			<span className="break-words">{reasonOf(last) ?? t("noReason")}</span>
			<span className="text-muted-foreground">
				{" · "}
				<RelativeTime at={last.at} />
			</span>
		</p>
	);
}
