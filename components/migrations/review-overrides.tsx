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
import { type Overrides, overrideList } from "@/lib/review-overrides.ts";

interface ReviewOverridesProps {
	migration: MigrationView;
	runs: readonly RunView[];
	overrides: Overrides;
}

/** A draft's plans never change: other overrides make another draft, planned from the nodes as they are now, in the place of this one. */
export function ReviewOverrides({ migration, runs, overrides }: ReviewOverridesProps) {
	const t = useTranslations("migration");
	const router = useRouter();
	const queries = useQueryClient();
	const [reason, setReason] = useState(runs.flatMap((run) => run.overrides)[0]?.reason ?? "");
	const again = useMutation({
		mutationFn: async () => {
			const { clusterId, direction, policy, reason: why, ticket } = migration;
			const nodeIds = runs.map((run) => run.nodeId);
			const plan = { clusterId, direction, policy, reason: why, ticket, nodeIds };
			const { id } = await api.createMigration({ ...plan, overrides: overrideList(overrides), overrideReason: reason });
			await api.changeMigration(migration.id, "discard");
			return id;
		},
		onSuccess: (id) => {
			void queries.invalidateQueries({ queryKey: [...keys.migrations.all, "list"] });
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
