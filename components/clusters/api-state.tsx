"use client";

import { useTranslations } from "next-intl";
import { useMessage } from "@/components/ui/message.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { ClusterView } from "@/lib/contracts/cluster.ts";

/** Whether the cluster's API answers, in a few words. */
export function ApiState({ cluster }: { cluster: Pick<ClusterView, "hasApi" | "apiState"> }) {
	const t = useTranslations("clusters");
	const render = useMessage();
	if (!cluster.hasApi) return <StatusGlyph kind="skipped" label={t("apiNone")} />;
	if (!cluster.apiState) return <StatusGlyph kind="waiting" label={t("apiNotAsked")} />;
	if (cluster.apiState.code === "ok") {
		const { version, via } = cluster.apiState.values;
		if (version && via) return <StatusGlyph kind="warning" label={t("apiOkVia", { version, via })} className="whitespace-normal" />;
		return <StatusGlyph kind="ok" label={version ? t("apiOkVersion", { version }) : t("apiOk")} />;
	}
	return <StatusGlyph kind="failed" label={render(cluster.apiState, "error").text} className="whitespace-normal" />;
}
