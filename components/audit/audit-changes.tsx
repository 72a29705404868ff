"use client";

import { useTranslations } from "next-intl";
import { useFieldName } from "@/components/ui/field-name.ts";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { AuditEventView } from "@/lib/contracts/audit-page.ts";

/** Every field that was changed, with what it was before and after. */
export function AuditChanges({ event }: { event: Pick<AuditEventView, "action" | "changes"> }) {
	const t = useTranslations("audit");
	const fieldName = useFieldName();
	const planned = event.action === "migration.plan";
	return (
		<Table aria-label={t("changes")}>
			<THead>
				<Tr>
					<Th>{t("field")}</Th>
					<Th>{t(planned ? "default" : "before")}</Th>
					<Th>{t(planned ? "chosen" : "after")}</Th>
				</Tr>
			</THead>
			<TBody>
				{event.changes.map(({ field, before, after }) => (
					<Tr key={field}>
						<Td title={field}>{fieldName(field)}</Td>
						<Td className="break-all text-muted-foreground">{before || "–"}</Td>
						<Td className="break-all">{after || "–"}</Td>
					</Tr>
				))}
			</TBody>
		</Table>
	);
}
