"use client";

import { useLocale, useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { targetKind } from "@/lib/audit-record.ts";
import type { AuditEventView } from "@/lib/contracts/audit-page.ts";
import { useActionName } from "./action-name.ts";
import { AuditChanges } from "./audit-changes.tsx";
import { AuditObject } from "./audit-object.tsx";
import { AuditOutcome } from "./audit-outcome.tsx";
import { AuditValue } from "./audit-value.tsx";

interface AuditDetailsProps {
	event: AuditEventView | null;
	onClose: () => void;
	/** To what else there is about the same person or object. */
	onNarrow: (filter: Record<string, string | null>) => void;
}

/** All that is recorded of one thing done, with what it was before and after. */
export function AuditDetails({ event, onClose, onNarrow }: AuditDetailsProps) {
	const t = useTranslations("audit");
	const actionName = useActionName();
	return (
		<Dialog
			open={event !== null}
			onOpenChange={(open) => !open && onClose()}
			title={event ? actionName(event.action) : ""}
			description={event ? t("record", { id: event.id }) : ""}
			footer={
				event ? (
					<>
						{event.targetKind && event.targetId ? (
							<Button onClick={() => onNarrow({ kind: event.targetKind, object: event.targetId, person: null, action: null, q: null })}>
								{t("sameObject")}
							</Button>
						) : null}
						<Button onClick={() => onNarrow({ person: event.actorName, kind: null, object: null, action: null, q: null })}>
							{t("samePerson")}
						</Button>
					</>
				) : null
			}
		>
			{event ? <Recorded event={event} /> : null}
		</Dialog>
	);
}

/** As the names above it are written, where in a row it stands within a line. */
function asHeading(name: string, locale: string): string {
	return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

function Recorded({ event }: { event: AuditEventView }) {
	const t = useTranslations("audit");
	const locale = useLocale();
	const kind = targetKind(event.targetKind);
	return (
		<div className="flex flex-col gap-4">
			<KeyValues
				items={[
					{ name: t("when"), value: <ExactTime at={event.at} /> },
					{ name: t("who"), value: event.actorName },
					{ name: t("from"), value: event.address ?? "–" },
					{
						name: t("target"),
						value: (
							<>
								{kind ? `${t(`kinds.${kind}`)} ` : null}
								<AuditObject event={event} />
							</>
						),
					},
					{ name: t("outcome"), value: <AuditOutcome outcome={event.outcome} /> },
					{ name: t("code"), value: <code className="font-mono text-xs">{event.action}</code> },
					...Object.entries(event.values)
						.filter(([, value]) => value !== "" && value !== null)
						.map(([key, value]) => ({
							name: asHeading(t.has(`value.${key}`) ? t(`value.${key}`) : key, locale),
							value: <AuditValue name={key} value={value} />,
						})),
				]}
			/>
			{event.changes.length > 0 ? <AuditChanges event={event} /> : null}
		</div>
	);
}
