"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { Policy } from "@/lib/contracts/plan.ts";
import { asksTicket, LONGEST_REASON } from "@/lib/decisions.ts";

/** What goes along with the request. */
interface Given {
	reason: string;
	ticket?: string;
}

interface ReasonFields {
	/** All that is asked for is there. */
	complete: boolean;
	given: Given;
	fields: ReactNode;
}

interface ReasonOptions {
	/** For a question that is no form: Enter in the reason confirms it, once all is there. */
	onEnter?: (given: Given) => void;
	/** Where the reason is entered: what a dialog begins with. */
	reasonRef?: RefObject<HTMLInputElement | null>;
}

/** Why, of every decision, and by which ticket, where the migration's policy asks for one; null: that is not known yet. */
export function useReasonFields(
	migration: { policy: Pick<Policy, "ticketNeeded">; ticket: string } | null,
	action: string,
	{ onEnter, reasonRef }: ReasonOptions = {},
): ReasonFields {
	const t = useTranslations("migration");
	const [reason, setReason] = useState("");
	const [entered, setTicket] = useState<string | null>(null);
	const needed = migration !== null && asksTicket(migration.policy, action);
	const ticket = entered ?? migration?.ticket ?? "";
	const given = { reason: reason.trim(), ...(needed ? { ticket: ticket.trim() } : {}) };
	const complete = migration !== null && given.reason !== "" && (given.ticket !== "" || !needed);
	return {
		complete,
		given,
		fields: (
			<>
				<Field label={t("cancelReason")} hint={t("cancelReasonHint")} required>
					<Input
						ref={reasonRef}
						maxLength={LONGEST_REASON}
						value={reason}
						onChange={(event) => setReason(event.target.value)}
						onKeyDown={(event) => {
							// Enter may end what an input method composes.
							if (event.key === "Enter" && !event.nativeEvent.isComposing && complete) onEnter?.(given);
						}}
					/>
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
