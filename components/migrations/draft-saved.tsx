"use client";

import { useTranslations } from "next-intl";
import type { OpenedDraft } from "./use-draft.ts";

/** Whether what was entered is kept by now. */
export function DraftSaved({ saving }: { saving: OpenedDraft["saving"] }) {
	const t = useTranslations("migration");
	return (
		<span
			role="status"
			data-draft={saving}
			className={saving === "unsaved" ? "self-center text-sm text-warning" : "self-center text-muted-foreground text-sm"}
		>
			{saving === "none" ? null : t(`draftSaving.${saving}`)}
		</span>
	);
}
