"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { MigrationView } from "@/lib/contracts/run.ts";
import { asksWhy } from "@/lib/decisions.ts";
import { useReasonFields } from "./reason-fields.tsx";
import { type MigrationAction, useMigrationActions } from "./use-migration-actions.ts";

interface Decide {
	/** Done at once; where the policy asks for a reason, once that was given. `label` says what it is. */
	decide: (action: MigrationAction, label: string) => void;
	/** The one that is under way. */
	busyWith: MigrationAction | null;
	/** Why the last one was refused. */
	error: unknown;
	/** To be shown somewhere on the page. */
	dialog: ReactNode;
}

/** Decisions of one press: quick where nothing is asked, and with reason and ticket where the migration's policy wants them. */
export function useDecide(migration: Pick<MigrationView, "id" | "policy" | "ticket">): Decide {
	const actions = useMigrationActions(migration.id);
	const [asking, setAsking] = useState<{ action: MigrationAction; label: string } | null>(null);
	return {
		decide: (action, label) => (asksWhy(migration.policy, action) ? setAsking({ action, label }) : actions.mutate({ action })),
		busyWith: actions.isPending ? actions.variables.action : null,
		error: actions.error,
		dialog: (
			<Dialog
				open={asking !== null}
				onOpenChange={(open) => (open ? undefined : setAsking(null))}
				title={asking?.label ?? ""}
				dismissible={false}
			>
				{asking ? <ReasonForm migration={migration} {...asking} onDone={() => setAsking(null)} /> : null}
			</Dialog>
		),
	};
}

interface ReasonFormProps {
	migration: Pick<MigrationView, "id" | "policy" | "ticket">;
	action: MigrationAction;
	label: string;
	onDone: () => void;
}

function ReasonForm({ migration, action, label, onDone }: ReasonFormProps) {
	const t = useTranslations("migration");
	const ui = useTranslations("ui");
	const actions = useMigrationActions(migration.id);
	const { complete, given, fields } = useReasonFields(migration, action);
	return (
		<form
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				if (complete) actions.mutate({ action, ...given, onDone });
			}}
		>
			<p className="text-muted-foreground text-sm">{t("reasonAsked")}</p>
			{fields}
			<ProblemAlert error={actions.error} />
			<div className="flex justify-end gap-2 border-t pt-3">
				<Button onClick={onDone}>{ui("cancel")}</Button>
				<Button type="submit" variant="primary" disabled={!complete} busy={actions.isPending}>
					{label}
				</Button>
			</div>
		</form>
	);
}
