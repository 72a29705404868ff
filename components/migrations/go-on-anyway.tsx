"use client";

import { Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { Message } from "@/lib/contracts/finding.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { failedIds } from "@/lib/failed-runs.ts";
import { useReasonFields } from "./reason-fields.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

/** For a migration that is held for pods that fail: they are accepted, with a reason, and the rest goes on. */
export function GoOnAnyway({ detail: { migration, runs }, why }: { detail: MigrationDetail; why: Message }) {
	const t = useTranslations("migration");
	const actions = useMigrationActions(migration.id);
	const [open, setOpen] = useState(false);
	/** Failed when it was pressed: it is held for one that has failed since, maybe. */
	const [seen, setSeen] = useState<string[]>([]);
	const ask = () => {
		setSeen(failedIds(runs));
		setOpen(true);
	};
	const goOn = (said: { reason: string }) => {
		if (!actions.isPending) actions.mutate({ action: "resume", ...said, seen, onDone: () => setOpen(false) });
	};
	const { complete, given, fields } = useReasonFields(migration, "resume", { onEnter: goOn });
	return (
		<>
			<Button size="sm" variant="primary" onClick={ask}>
				<Play aria-hidden="true" />
				{t("goOnAnyway")}
			</Button>
			<AlertDialog
				open={open}
				onOpenChange={setOpen}
				title={t("goOnAnywayTitle")}
				description={t("goOnAnywayText", { pods: String(why.values["pods"] ?? "") })}
				confirmLabel={t("goOnAnywayConfirm")}
				confirmDisabled={!complete}
				destructive={false}
				busy={actions.isPending}
				onConfirm={() => goOn(given)}
			>
				{fields}
				<ProblemAlert error={actions.error} />
			</AlertDialog>
		</>
	);
}
