"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";
import { api } from "@/lib/api-client.ts";
import { MOST_EXPORTED } from "@/lib/audit-record.ts";
import type { AuditExportQuery } from "@/lib/contracts/audit-page.ts";

/** What the filters leave, as a file that the browser loads by itself. */
export function AuditExport({ query }: { query: Omit<AuditExportQuery, "format"> }) {
	const t = useTranslations("audit");
	const load = (format: AuditExportQuery["format"]) => {
		const link = document.createElement("a");
		link.href = api.auditExport({ ...query, format });
		link.download = "";
		link.click();
	};
	return (
		<Menu
			trigger={
				<Button title={t("exportText", { most: MOST_EXPORTED })}>
					<Download aria-hidden="true" />
					{t("export")}
				</Button>
			}
		>
			<MenuItem onSelect={() => load("csv")}>{t("exportCsv")}</MenuItem>
			<MenuItem onSelect={() => load("json")}>{t("exportJson")}</MenuItem>
		</Menu>
	);
}
