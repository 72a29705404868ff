"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ArrowRightLeft, ListChecks, Radar, Trash2, Undo2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { UncordonRun } from "@/components/runs/uncordon-run.tsx";
import { useCommand } from "@/components/shell/commands.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { RunView } from "@/lib/contracts/run.ts";

import { runtimeGroup } from "@/lib/node-filter.ts";
import { keys } from "@/lib/query-keys.ts";
import { uncordonEffect } from "@/lib/run-status.ts";
import { DeleteNode } from "./delete-node.tsx";
import { planChosen } from "./plan-chosen.ts";

/** What can be done with one node now. */
export function NodeActions({ node, runs }: { node: NodeView; runs: readonly RunView[] }) {
	const t = useTranslations("nodes");
	const router = useRouter();
	const queries = useQueryClient();
	const cordoned = runs.find((run) => uncordonEffect(run) !== null);
	const [deleting, setDeleting] = useState(false);
	const probe = useMutation({
		mutationFn: () => api.probe([node.id]),
		onSuccess: async ({ results }) => {
			await queries.invalidateQueries({ queryKey: keys.nodes.all });
			if (results.every((result) => result.ok)) toast.success(t("probed", { count: results.length }));
		},
	});
	const go = (direction: "migrate" | "rollback") => router.push(planChosen({ clusterId: node.clusterId, direction, nodeIds: [node.id] }));
	const idle = node.activeRunId === null;
	useCommand("node.probe", probe.isPending ? null : () => probe.mutate());
	useCommand("node.roll-back", idle && node.rollbackRunId ? () => go("rollback") : null);
	useCommand("node.migrate", idle && runtimeGroup(node) === "docker" && !node.gone ? () => go("migrate") : null);
	return (
		<div className="flex flex-col items-end gap-2">
			<div className="flex flex-wrap gap-2">
				{cordoned ? <UncordonRun run={cordoned} /> : null}
				{node.manual || node.gone ? (
					<Button onClick={() => setDeleting(true)}>
						<Trash2 aria-hidden="true" />
						{t("delete")}
					</Button>
				) : null}
				<Button busy={probe.isPending} onClick={() => probe.mutate()}>
					<Radar aria-hidden="true" />
					{probe.isPending ? t("probing", { count: 1 }) : t("probe")}
				</Button>
				{node.activeRunId ? (
					<Link href={`/runs/${node.activeRunId}`} className={buttonClass({ variant: "primary" })}>
						{t("toRun")}
					</Link>
				) : (
					<>
						{node.rollbackRunId ? (
							<Button onClick={() => go("rollback")}>
								<Undo2 aria-hidden="true" />
								{t("rollBackOne")}
							</Button>
						) : null}
						{node.wentOverByHand && !node.gone ? (
							<Button onClick={() => go("migrate")}>
								<ListChecks aria-hidden="true" />
								{t("completeOne")}
							</Button>
						) : null}
						{runtimeGroup(node) === "docker" && !node.gone ? (
							<Button variant="primary" onClick={() => go("migrate")}>
								<ArrowRightLeft aria-hidden="true" />
								{t("migrateOne")}
							</Button>
						) : null}
					</>
				)}
			</div>
			<ProblemAlert error={probe.error} className="max-w-md" />
			<DeleteNode node={node} open={deleting} onOpenChange={setDeleting} />
		</div>
	);
}
