"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useRef, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { Gate } from "@/lib/contracts/rollout.ts";
import type { MigrationView } from "@/lib/contracts/run.ts";
import { asksTicket, asksWhy } from "@/lib/decisions.ts";
import { ReadingNodes, useReading } from "./reading-nodes.tsx";
import { useReasonFields } from "./reason-fields.tsx";
import { type MigrationAction, useMigrationActions } from "./use-migration-actions.ts";

export interface Decide {
	/** A brake is done at once; anything else once a reason was given. `label` says what it is, `about` what it is about, which `shown` shows. */
	decide: (action: MigrationAction, label: string, about?: About, shown?: ReactNode) => void;
	/** The brake that is under way. */
	busyWith: MigrationAction | null;
	/** Why the last brake was refused. */
	error: unknown;
	/** To be shown somewhere on the page. */
	dialog: ReactNode;
}

type Decided = Pick<MigrationView, "id" | "policy" | "ticket">;

/** Decisions by a button: what has to be quick is, and the rest is asked for its reason, and for a ticket where the migration's policy wants one. */
export function useDecide(migration: Decided): Decide {
	const actions = useMigrationActions(migration.id);
	const [asking, setAsking] = useState<Asked | null>(null);
	const reasonRef = useRef<HTMLInputElement>(null);
	return {
		decide: (action, label, about = {}, shown = null) => {
			if (asksWhy(action)) setAsking({ action, label, about, shown });
			else actions.mutate({ action, ...about });
		},
		busyWith: actions.isPending ? actions.variables.action : null,
		error: actions.error,
		dialog: (
			<Dialog
				open={asking !== null}
				onOpenChange={(open) => (open ? undefined : setAsking(null))}
				title={asking?.label ?? ""}
				dismissible={false}
				initialFocus={reasonRef}
			>
				{asking ? <ReasonForm migration={migration} {...asking} reasonRef={reasonRef} onDone={() => setAsking(null)} /> : null}
			</Dialog>
		),
	};
}

/** What was seen when it was pressed: what comes while the reason is typed is not decided on. */
interface About {
	/** Failures. */
	seen?: string[];
	/** The question that it answers, and of what runs next. */
	gate?: Gate;
	digest?: string;
}

interface Asked {
	action: MigrationAction;
	label: string;
	about: About;
	shown: ReactNode;
}

/** What makes runs of nodes as they are then. */
const READS_NODES: readonly MigrationAction[] = ["retry-failed", "start-not-started"];

interface ReasonFormProps extends Asked {
	migration: Decided;
	reasonRef: RefObject<HTMLInputElement | null>;
	onDone: () => void;
}

function ReasonForm({ migration, action, label, about, shown, reasonRef, onDone }: ReasonFormProps) {
	const t = useTranslations("migration");
	const ui = useTranslations("ui");
	const actions = useMigrationActions(migration.id);
	const { complete, given, fields } = useReasonFields(migration, action, { reasonRef });
	const read = useReading(migration.id);
	const reading = actions.isPending && READS_NODES.includes(action) ? read : 0;
	return (
		<form
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				// By `mutate`: it is not called where this form is gone by then and another one is open.
				if (complete && !actions.isPending) actions.mutate({ action, ...given, ...about }, { onSuccess: onDone });
			}}
		>
			{shown}
			{asksTicket(migration.policy, action) ? <p className="text-muted-foreground text-sm">{t("ticketAsked")}</p> : null}
			{fields}
			<ProblemAlert error={actions.error} />
			<ReadingNodes count={reading} />
			<div className="flex justify-end gap-2 border-t pt-3">
				<Button onClick={onDone}>{ui(reading > 0 ? "close" : "cancel")}</Button>
				<Button type="submit" variant="primary" disabled={!complete} busy={actions.isPending}>
					{label}
				</Button>
			</div>
		</form>
	);
}
