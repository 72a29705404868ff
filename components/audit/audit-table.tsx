"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { useFieldName } from "@/components/ui/field-name.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { AuditEventView } from "@/lib/contracts/audit-page.ts";
import { useActionName } from "./action-name.ts";
import { AuditObject } from "./audit-object.tsx";
import { AuditOutcome } from "./audit-outcome.tsx";
import { AuditValue } from "./audit-value.tsx";

/** Changes that a row names; the rest is in its details. */
const MOST_CHANGES = 3;

interface AuditTableProps {
	events: readonly AuditEventView[];
	onOpen: (event: AuditEventView) => void;
}

export function AuditTable({ events, onOpen }: AuditTableProps) {
	const t = useTranslations("audit");
	const actionName = useActionName();
	const fieldName = useFieldName();
	return (
		<Table aria-label={t("title")}>
			<THead>
				<Tr>
					<Th>{t("when")}</Th>
					<Th>{t("action")}</Th>
					<Th className="max-sm:hidden">{t("target")}</Th>
					<Th>{t("outcome")}</Th>
					<Th className="max-sm:hidden">{t("who")}</Th>
					<Th className="max-sm:hidden">{t("from")}</Th>
					<Th className="max-sm:hidden">{t("values")}</Th>
				</Tr>
			</THead>
			<TBody>
				{events.map((event) => (
					<Tr key={event.id} data-action={event.action}>
						<Td className="whitespace-nowrap max-sm:text-xs">
							<RelativeTime at={event.at} />
						</Td>
						<Td title={event.action}>
							<Button
								variant="ghost"
								size="sm"
								className="-my-0.5 -ml-2 h-auto min-h-6 whitespace-normal px-2 py-0.5 text-left font-normal"
								title={t("open")}
								onClick={() => onOpen(event)}
							>
								{actionName(event.action)}
							</Button>
							<span className="block break-words text-xs sm:hidden">
								<AuditObject event={event} />
							</span>
						</Td>
						<Td className="max-sm:hidden">
							<AuditObject event={event} />
						</Td>
						<Td>
							<AuditOutcome outcome={event.outcome} />
							<span className="block break-all text-muted-foreground text-xs sm:hidden">{event.actorName}</span>
						</Td>
						<Td className="max-sm:hidden">{event.actorName}</Td>
						<Td className="font-mono text-xs max-sm:hidden">{event.address ?? "–"}</Td>
						<Td className="min-w-64 max-w-96 max-sm:hidden text-muted-foreground text-xs">
							<Values event={event} />
							{event.changes.slice(0, MOST_CHANGES).map(({ field, before, after }) => (
								<span key={field} title={field} className="mr-3 inline-block break-words">
									{fieldName(field)}: <span className="break-all text-foreground">{`${before || "–"} → ${after || "–"}`}</span>
								</span>
							))}
							{event.changes.length > MOST_CHANGES ? t("moreChanges", { count: event.changes.length - MOST_CHANGES }) : null}
						</Td>
					</Tr>
				))}
			</TBody>
		</Table>
	);
}

function Values({ event }: { event: AuditEventView }) {
	const t = useTranslations("audit");
	// What was changed is told with what it was before.
	const told = new Set(event.changes.map(({ field }) => field));
	return Object.entries(event.values)
		.filter(([key, value]) => value !== "" && value !== null && !told.has(key))
		.map(([key, value]) => (
			<span key={key} className="mr-3 inline-block break-all">
				{t.has(`value.${key}`) ? t(`value.${key}`) : key}:{" "}
				<span className="text-foreground">
					<AuditValue name={key} value={value} />
				</span>
			</span>
		));
}
