"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { api } from "@/lib/api-client.ts";
import type { MigrationView, RunView } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { goesByWord, keepsApiAbsent, type Overrides, overrideList } from "@/lib/review-overrides.ts";
import { changeKept } from "./change-kept.ts";

interface ReviewOverridesProps {
	migration: MigrationView;
	runs: readonly RunView[];
	overrides: Overrides;
}

/** Other overrides make another plan, of the nodes as they are now, in the place of this one: whoever has seen this one starts no other by it. */
export function ReviewOverrides({ migration, runs, overrides }: ReviewOverridesProps) {
	const t = useTranslations("migration");
	const router = useRouter();
	const queries = useQueryClient();
	const [reason, setReason] = useState(runs.flatMap((run) => run.overrides)[0]?.reason ?? "");
	const again = useMutation({
		mutationFn: async () => {
			const { clusterId, direction, policy, reason: why, ticket } = migration;
			const nodeIds = runs.map((run) => run.nodeId);
			// Asked anew: a plan that is made beside its draft would leave that without one.
			const draft = (await api.drafts()).find((one) => one.migrationId === migration.id);
			// Taken back for one node, it is no word for all of them any more.
			const withoutApi = goesByWord(runs) && keepsApiAbsent(runs, overrides);
			const plan = { clusterId, direction, policy, reason: why, ticket, nodeIds, withoutApi };
			const given = { overrides: overrideList(overrides), overrideReason: reason };
			const { id } = await api.createMigration({ ...plan, ...given, ...(draft ? { draftId: draft.id } : {}) });
			// A draft takes the plan away that it had.
			if (!draft) await api.changeMigration(migration.id, "discard");
			if (draft?.withoutApi && goesByWord(runs) && !withoutApi) await changeKept(draft.id, { withoutApi });
			return id;
		},
		onSuccess: (id) => {
			void queries.invalidateQueries({ queryKey: [...keys.migrations.all, "list"] });
			void queries.invalidateQueries({ queryKey: keys.drafts.list() });
			router.push(`/migrations/${id}`);
		},
	});
	const missing = overrides.size > 0 && reason.trim() === "";
	return (
		<Card title={t("overrides")} description={t("overridesText")}>
			<form
				className="flex max-w-2xl flex-col gap-3"
				onSubmit={(event) => {
					event.preventDefault();
					again.mutate();
				}}
			>
				{overrides.size === 0 ? null : (
					<Field label={t("overrideReason")} hint={t("overrideReasonHint")}>
						<Textarea required maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />
					</Field>
				)}
				<ProblemAlert error={again.error} />
				<div>
					<Button type="submit" variant="primary" busy={again.isPending} disabled={missing}>
						{t("planAgain", { count: overrides.size })}
					</Button>
				</div>
			</form>
		</Card>
	);
}
