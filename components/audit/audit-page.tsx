"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useQueryFilter } from "@/components/history/query-filter.ts";
import { SearchField } from "@/components/history/search-field.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { Select } from "@/components/ui/select.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import type { AuditEventView } from "@/lib/contracts/api.ts";
import { AUDIT_ACTIONS, auditActionSchema } from "@/lib/contracts/audit.ts";
import { codeKey } from "@/lib/message.ts";
import { keys } from "@/lib/query-keys.ts";

const PAGE_SIZE = 100;
const ANY = "any";

/** Who did what to what, when, from where and with which outcome. The newest first; nothing here can be changed. */
export function AuditPage() {
	const t = useTranslations("audit");
	const filter = useQueryFilter();
	const action = auditActionSchema.safeParse(filter.get("action"));
	const before = Number(filter.get("before"));
	const query = {
		action: action.success ? action.data : "",
		q: filter.get("q"),
		before: Number.isInteger(before) && before > 0 ? before : undefined,
		limit: PAGE_SIZE,
	};
	const list = useQuery({
		queryKey: keys.audit.list(query),
		queryFn: ({ signal }) => api.audit(query, signal),
		placeholderData: keepPreviousData,
	});
	const next = list.data?.next ?? null;
	const actionName = useActionName();
	return (
		<>
			<PageHeader title={t("title")} description={t("text")} />
			<div className="flex flex-wrap items-center gap-2">
				<SearchField label={t("search")} value={query.q} onSearch={(q) => filter.set({ q, before: null })} />
				<Select
					aria-label={t("action")}
					options={[{ value: ANY, label: t("anyAction") }, ...AUDIT_ACTIONS.map((one) => ({ value: one, label: actionName(one) }))]}
					value={query.action || ANY}
					onValueChange={(value) => filter.set({ action: value === ANY ? null : value, before: null })}
				/>
			</div>
			<ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
			<Card flush>
				{list.isPending ? (
					<div aria-busy="true" className="p-4">
						<SkeletonLines lines={8} />
					</div>
				) : list.data && list.data.events.length > 0 ? (
					<AuditTable events={list.data.events} />
				) : list.data ? (
					<EmptyState icon={ScrollText} title={t("none")}>
						{t("noneText")}
					</EmptyState>
				) : null}
			</Card>
			<div className="flex justify-end gap-2">
				{query.before === undefined ? null : <Button onClick={() => filter.set({ before: null })}>{t("newest")}</Button>}
				{next === null ? null : <Button onClick={() => filter.set({ before: next })}>{t("older")}</Button>}
			</div>
		</>
	);
}

function useActionName(): (action: string) => string {
	const t = useTranslations("audit");
	return (action) => {
		const key = `actions.${codeKey(action)}`;
		return t.has(key) ? t(key) : action;
	};
}

const PAGES: Record<string, string> = { cluster: "/clusters", node: "/nodes", migration: "/migrations", run: "/runs" };

function AuditTable({ events }: { events: readonly AuditEventView[] }) {
	const t = useTranslations("audit");
	const actionName = useActionName();
	return (
		<Table aria-label={t("title")}>
			<THead>
				<Tr>
					<Th>{t("when")}</Th>
					<Th>{t("action")}</Th>
					<Th>{t("target")}</Th>
					<Th>{t("outcome")}</Th>
					<Th>{t("who")}</Th>
					<Th>{t("from")}</Th>
					<Th>{t("values")}</Th>
				</Tr>
			</THead>
			<TBody>
				{events.map((event) => {
					const page = event.targetKind ? PAGES[event.targetKind] : undefined;
					const name = event.targetName || event.targetId || "–";
					return (
						<Tr key={event.id} data-action={event.action}>
							<Td className="whitespace-nowrap">
								<ExactTime at={event.at} />
							</Td>
							<Td title={event.action}>{actionName(event.action)}</Td>
							<Td>
								{page && event.targetId && event.action !== `${event.targetKind}.delete` ? (
									<Link href={`${page}/${encodeURIComponent(event.targetId)}`} className="text-info hover:underline">
										{name}
									</Link>
								) : (
									name
								)}
							</Td>
							<Td>
								{event.outcome === "ok" ? (
									<StatusGlyph kind="ok" label={t("ok")} />
								) : (
									<span className="text-danger">
										{t.has(`outcomes.${codeKey(event.outcome)}`) ? (
											t(`outcomes.${codeKey(event.outcome)}`)
										) : (
											<Msg m={{ code: event.outcome, values: {} }} namespace="error" />
										)}
									</span>
								)}
							</Td>
							<Td>{event.actorName}</Td>
							<Td className="font-mono text-xs">{event.address ?? "–"}</Td>
							<Td className="min-w-64 max-w-96 text-muted-foreground text-xs">
								{Object.entries(event.values)
									.filter(([, value]) => value !== "" && value !== null)
									.map(([key, value]) => (
										<span key={key} className="mr-3 inline-block break-all">
											{t.has(`value.${key}`) ? t(`value.${key}`) : key}: <span className="text-foreground">{String(value)}</span>
										</span>
									))}
							</Td>
						</Tr>
					);
				})}
			</TBody>
		</Table>
	);
}
