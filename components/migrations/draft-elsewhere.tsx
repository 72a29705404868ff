"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import type { MigrationDraft } from "@/lib/contracts/draft.ts";
import { type DraftPart, differingParts } from "@/lib/draft-line.ts";

const NAMES = {
	clusterId: "cluster",
	direction: "direction",
	nodeIds: "nodes",
	policy: "policy",
	reason: "reason",
	ticket: "ticket",
	withoutApi: "withoutApi",
} as const satisfies Record<DraftPart, string>;

interface DraftElsewhereProps {
	entered: MigrationDraft;
	/** Null where the draft is gone. */
	kept: MigrationDraft | null;
	onTakeKept: () => void;
	onKeepMine: () => void;
}

/** The draft was changed here and elsewhere, or is gone: which of both stays is the person's to say. */
export function DraftElsewhere({ entered, kept, onTakeKept, onKeepMine }: DraftElsewhereProps) {
	const t = useTranslations("migration");
	const format = useFormatter();
	const parts = kept ? differingParts(entered, kept).map((part) => t(NAMES[part])) : [];
	return (
		<div
			role="alert"
			data-draft-elsewhere={kept ? "changed" : "gone"}
			// In sight wherever on the page something is entered.
			className="sticky top-14 z-20 flex flex-wrap items-start gap-3 rounded-md border border-warning/50 bg-warning-soft px-3 py-2 text-sm"
		>
			<div className="min-w-0 flex-1 basis-80">
				<p className="font-medium">{t(kept ? "draftElsewhere" : "draftGone")}</p>
				<p className="mt-0.5">{kept ? t("draftElsewhereText", { parts: format.list(parts) }) : t("draftGoneText")}</p>
			</div>
			<div className="flex flex-wrap gap-2">
				<Button size="sm" onClick={onTakeKept}>
					{t(kept ? "draftTakeKept" : "draftDrop")}
				</Button>
				<Button size="sm" onClick={onKeepMine}>
					{t(kept ? "draftKeepMine" : "draftKeepAgain")}
				</Button>
			</div>
		</div>
	);
}
