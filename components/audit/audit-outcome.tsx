"use client";

import { useTranslations } from "next-intl";
import { Msg } from "@/components/ui/message.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { codeKey } from "@/lib/message.ts";

/** How it ended: done, or why not. */
export function AuditOutcome({ outcome }: { outcome: string }) {
	const t = useTranslations("audit");
	if (outcome === "ok") return <StatusGlyph kind="ok" label={t("ok")} />;
	const key = `outcomes.${codeKey(outcome)}`;
	return <span className="text-danger">{t.has(key) ? t(key) : <Msg m={{ code: outcome, values: {} }} namespace="error" />}</span>;
}
