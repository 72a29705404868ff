"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { useQueryFilter } from "@/components/history/query-filter.ts";
import { Button } from "@/components/ui/button.tsx";
import { Input } from "@/components/ui/input.tsx";
import { DelayedSearchField } from "@/components/ui/search-field.tsx";
import { Select } from "@/components/ui/select.tsx";
import { api } from "@/lib/api-client.ts";
import { AUDIT_SPANS, type AuditSpan, auditTime } from "@/lib/audit-address.ts";
import { AUDIT_ACTIONS, AUDIT_TARGET_KINDS, auditAction, targetKind } from "@/lib/audit-record.ts";
import { keys } from "@/lib/query-keys.ts";
import { useActionName } from "./action-name.ts";

const ANY = "any";
const NAMES = ["q", "person", "action", "kind", "object", "outcome", "time", "from", "to"];

/** What narrows the record. All of it lies in the address; a change begins at the newest again. */
export function AuditFilterBar({ filter }: { filter: ReturnType<typeof useQueryFilter> }) {
	const t = useTranslations("audit");
	const actionName = useActionName();
	const people = useQuery({ queryKey: keys.audit.people(), queryFn: ({ signal }) => api.auditPeople(signal) });
	const { get } = filter;
	const set = (values: Record<string, string | null>) => filter.set({ ...values, before: null });
	const person = get("person");
	const action = auditAction(get("action"));
	const kind = targetKind(get("kind"));
	const time = auditTime(get);
	const names = [...new Set([...(people.data ?? []), ...(person ? [person] : [])])];
	const choice = (name: string) => (value: string) => set({ [name]: value === ANY ? null : value });
	return (
		<search className="flex flex-wrap items-center gap-2">
			<DelayedSearchField label={t("search")} value={get("q")} onSearch={(q) => set({ q })} />
			<Select
				aria-label={t("who")}
				options={[{ value: ANY, label: t("anyPerson") }, ...names.map((name) => ({ value: name, label: name }))]}
				value={person || ANY}
				onValueChange={choice("person")}
			/>
			<Select
				aria-label={t("action")}
				options={[{ value: ANY, label: t("anyAction") }, ...AUDIT_ACTIONS.map((one) => ({ value: one, label: actionName(one) }))]}
				value={action ?? ANY}
				onValueChange={choice("action")}
			/>
			<Select
				aria-label={t("target")}
				options={[{ value: ANY, label: t("anyKind") }, ...AUDIT_TARGET_KINDS.map((one) => ({ value: one, label: t(`kinds.${one}`) }))]}
				value={kind ?? ANY}
				onValueChange={(value) => set({ kind: value === ANY ? null : value, object: null })}
			/>
			<Select
				aria-label={t("outcome")}
				options={[
					{ value: ANY, label: t("anyOutcome") },
					{ value: "ok", label: t("ok") },
					{ value: "failed", label: t("failed") },
				]}
				value={["ok", "failed"].includes(get("outcome")) ? get("outcome") : ANY}
				onValueChange={choice("outcome")}
			/>
			<Select
				aria-label={t("when")}
				options={[
					{ value: ANY, label: t("anyTime") },
					...(Object.keys(AUDIT_SPANS) as AuditSpan[]).map((span) => ({ value: span, label: t(`spans.${span}`) })),
					{ value: "range", label: t("spans.range") },
				]}
				value={time || ANY}
				onValueChange={(value) => set({ time: value === ANY ? null : value, from: null, to: null })}
			/>
			{time === "range"
				? (["from", "to"] as const).map((end) => (
						<Input
							key={end}
							type="date"
							aria-label={t(end === "from" ? "firstDay" : "lastDay")}
							className="w-36"
							value={get(end)}
							onChange={(event) => set({ [end]: event.target.value || null })}
						/>
					))
				: null}
			{kind && get("object") ? (
				<Button size="sm" onClick={() => set({ object: null })}>
					{t("oneObject")}
					<X aria-hidden="true" />
				</Button>
			) : null}
			{NAMES.some((name) => get(name) !== "") ? (
				<Button variant="ghost" size="sm" onClick={() => set(Object.fromEntries(NAMES.map((name) => [name, null])))}>
					{t("clear")}
				</Button>
			) : null}
		</search>
	);
}
