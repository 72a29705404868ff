"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useQueryFilter } from "@/components/history/query-filter.ts";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import { api } from "@/lib/api-client.ts";
import { auditQuery } from "@/lib/audit-address.ts";
import type { AuditEventView } from "@/lib/contracts/audit-page.ts";
import { keys } from "@/lib/query-keys.ts";
import { localZone } from "@/lib/time-choice.ts";
import { AuditDetails } from "./audit-details.tsx";
import { AuditExport } from "./audit-export.tsx";
import { AuditFilterBar } from "./audit-filter-bar.tsx";
import { AuditTable } from "./audit-table.tsx";

const PAGE_SIZE = 100;

/** Who did what to what, when, from where and with which outcome. The newest first; nothing here can be changed. */
export function AuditPage() {
	const t = useTranslations("audit");
	const filter = useQueryFilter();
	const timeZone = useTimeZone() ?? localZone();
	const [opened, setOpened] = useState<AuditEventView | null>(null);
	const { before, ...narrowed } = auditQuery(filter.get, timeZone);
	const query = { ...narrowed, before, limit: PAGE_SIZE };
	const list = useQuery({
		queryKey: keys.audit.list(query),
		queryFn: ({ signal }) => api.audit(query, signal),
		placeholderData: keepPreviousData,
	});
	const next = list.data?.next ?? null;
	return (
		<>
			<PageHeader title={t("title")} description={t("text")} actions={<AuditExport query={narrowed} />} />
			<AuditFilterBar filter={filter} />
			<ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
			<Card flush>
				{list.isPending ? (
					<div aria-busy="true" className="p-4">
						<SkeletonLines lines={8} />
					</div>
				) : list.data && list.data.events.length > 0 ? (
					<AuditTable events={list.data.events} onOpen={setOpened} />
				) : list.data ? (
					<EmptyState icon={ScrollText} title={t("none")}>
						{t("noneText")}
					</EmptyState>
				) : null}
			</Card>
			<div className="flex justify-end gap-2">
				{before === undefined ? null : <Button onClick={() => filter.set({ before: null })}>{t("newest")}</Button>}
				{next === null ? null : <Button onClick={() => filter.set({ before: next })}>{t("older")}</Button>}
			</div>
			<AuditDetails
				event={opened}
				onClose={() => setOpened(null)}
				onNarrow={(values) => {
					setOpened(null);
					filter.set({ ...values, before: null });
				}}
			/>
		</>
	);
}
