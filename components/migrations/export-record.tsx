"use client";

import { Download, type LucideIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { useDecisionReason } from "./decision-name.ts";

/** The record for a change ticket, as a file: who, why, when, each node's run with its steps and script hashes, and all events. */
export function ExportRecord({ detail, icon: Icon = Download }: { detail: MigrationDetail; icon?: LucideIcon }) {
	const t = useTranslations("migration");
	const reasonOf = useDecisionReason();
	return (
		<Button
			onClick={() => {
				// Whoever reads the record sees that there is none, and not a text that may be missing.
				const decisions = detail.decisions.map((decision) => ({ ...decision, reason: reasonOf(decision) ?? t("noReason") }));
				const record = JSON.stringify({ ...detail, decisions }, null, 2);
				const url = URL.createObjectURL(new Blob([`${record}\n`], { type: "application/json" }));
				const link = document.createElement("a");
				link.href = url;
				link.download = `gantry-${detail.migration.ticket.replace(/[^A-Za-z0-9._-]+/g, "-") || "migration"}-${detail.migration.id}.json`;
				link.click();
				URL.revokeObjectURL(url);
			}}
		>
			<Icon aria-hidden="true" />
			{t("export")}
		</Button>
	);
}
