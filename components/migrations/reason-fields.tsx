"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { MigrationView } from "@/lib/contracts/run.ts";
import { asksWhy, LONGEST_REASON } from "@/lib/decisions.ts";

interface ReasonFields {
	/** All that the policy asks for is there. */
	complete: boolean;
	/** What goes along with the request. */
	given: { reason?: string; ticket?: string };
	fields: ReactNode;
}

/** Why, and by which ticket: a reason may always be given, and has to be where the migration's policy asks for tickets, or `always`. */
export function useReasonFields(migration: Pick<MigrationView, "policy" | "ticket">, action: string, always = false): ReasonFields {
	const t = useTranslations("migration");
	const [reason, setReason] = useState("");
	const [ticket, setTicket] = useState(migration.ticket);
	const needed = asksWhy(migration.policy, action);
	const said = { reason: reason.trim(), ticket: ticket.trim() };
	return {
		complete: (said.reason !== "" || !(needed || always)) && (said.ticket !== "" || !needed),
		given: { ...(said.reason ? { reason: said.reason } : {}), ...(needed ? { ticket: said.ticket } : {}) },
		fields: (
			<>
				<Field label={t("cancelReason")} hint={t("cancelReasonHint")} required={needed || always}>
					<Input maxLength={LONGEST_REASON} value={reason} onChange={(event) => setReason(event.target.value)} />
				</Field>
				{needed ? (
					<Field label={t("ticket")} required>
						<Input maxLength={200} value={ticket} onChange={(event) => setTicket(event.target.value)} />
					</Field>
				) : null}
			</>
		),
	};
}
