"use client";

import { useTranslations } from "next-intl";
import { type RefObject, useId, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { DecisionView } from "@/lib/contracts/decision.ts";
import { LONGEST_REASON } from "@/lib/decisions.ts";
import { useDecisionName } from "./decision-name.ts";
import { useMigrationActions } from "./use-migration-actions.ts";

interface SayWhyProps {
	migrationId: string;
	/** One's own, without a reason so far. */
	decision: DecisionView;
	inputRef?: RefObject<HTMLInputElement | null>;
}

/** A line to say why something was decided, after it was: nothing had to wait for it. */
export function SayWhy({ migrationId, decision, inputRef }: SayWhyProps) {
	const t = useTranslations("migration");
	const name = useDecisionName();
	const actions = useMigrationActions(migrationId);
	const [reason, setReason] = useState("");
	const id = useId();
	return (
		<form
			className="flex flex-wrap items-center gap-2 text-sm"
			onSubmit={(event) => {
				event.preventDefault();
				if (reason.trim() !== "") actions.mutate({ action: "explain", decision: decision.id, reason: reason.trim() });
			}}
		>
			<label htmlFor={id} className="text-muted-foreground">
				{t("sayWhy", { decision: name(decision) })}
			</label>
			<Input
				ref={inputRef}
				id={id}
				className="min-w-40 max-w-xl flex-1"
				maxLength={LONGEST_REASON}
				value={reason}
				onChange={(event) => setReason(event.target.value)}
			/>
			<Button type="submit" size="sm" disabled={reason.trim() === ""} busy={actions.isPending}>
				{t("sayWhySave")}
			</Button>
			<ProblemAlert error={actions.error} className="basis-full" />
		</form>
	);
}
