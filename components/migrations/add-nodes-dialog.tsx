"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { keys } from "@/lib/query-keys.ts";
import { NodePicker } from "./node-picker.tsx";
import { ReadingNodes, useReading } from "./reading-nodes.tsx";
import { useReasonFields } from "./reason-fields.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

interface AddNodesDialogProps {
	detail: MigrationDetail;
	open: boolean;
	onOpenChange: (open: boolean) => void;
}

/** Further nodes for a migration that is paused. They are planned at once, seen in its list, and go when it goes on. */
export function AddNodesDialog({ detail, open, onOpenChange }: AddNodesDialogProps) {
	const t = useTranslations("migration");
	return (
		<Dialog
			open={open}
			onOpenChange={onOpenChange}
			title={t("addNodesTitle")}
			description={t("addNodesText")}
			size="lg"
			dismissible={false}
		>
			<AddNodesForm detail={detail} onDone={() => onOpenChange(false)} />
		</Dialog>
	);
}

function AddNodesForm({ detail, onDone }: { detail: MigrationDetail; onDone: () => void }) {
	const t = useTranslations("migration");
	const ui = useTranslations("ui");
	const { migration, runs } = detail;
	const actions = useMigrationActions(migration.id);
	const [chosen, setChosen] = useState<string[]>([]);
	const nodes = useQuery({
		queryKey: keys.nodes.list(migration.clusterId),
		queryFn: ({ signal }) => api.nodes(migration.clusterId, signal),
	});
	const read = useReading(migration.id);
	const reading = actions.isPending ? read : 0;
	const [typed, setTyped] = useState("");
	const masters = (nodes.data ?? []).filter((node) => node.controlPlane && chosen.includes(node.id)).map((node) => node.name);
	const named = masters.length === 0 || typed.trim() === migration.clusterName;
	const { complete, given, fields } = useReasonFields(migration, "add-nodes");
	const there = new Set(runs.map((run) => run.nodeId));
	return (
		<form
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				if (!complete) return;
				const confirm = masters.length > 0 ? typed.trim() : undefined;
				// By `mutate`: it is not called where this form is gone by then and another one is open.
				actions.mutate({ action: "add-nodes", nodeIds: chosen, confirm, ...given }, { onSuccess: onDone });
			}}
		>
			<ProblemAlert error={nodes.error} onRetry={() => void nodes.refetch()} />
			{nodes.data ? (
				<NodePicker
					nodes={nodes.data.filter((node) => !there.has(node.id))}
					direction={migration.direction}
					chosen={chosen}
					onChange={setChosen}
				/>
			) : (
				<SkeletonLines lines={4} />
			)}
			{masters.length === 0 ? null : (
				<Field label={t("typeCluster", { cluster: migration.clusterName })} hint={t("typeClusterHint", { nodes: masters.join(", ") })}>
					<Input value={typed} onChange={(event) => setTyped(event.target.value)} />
				</Field>
			)}
			{fields}
			<ProblemAlert error={actions.error} />
			<ReadingNodes count={reading} />
			<div className="flex justify-end gap-2 border-t pt-3">
				<Button onClick={onDone}>{ui(reading > 0 ? "close" : "cancel")}</Button>
				<Button type="submit" variant="primary" disabled={chosen.length === 0 || !named || !complete} busy={actions.isPending}>
					{t("addNodesConfirm", { count: chosen.length })}
				</Button>
			</div>
		</form>
	);
}
