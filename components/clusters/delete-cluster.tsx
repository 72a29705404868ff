"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { toast } from "@/components/ui/toast.ts";
import { ApiError, api } from "@/lib/api-client.ts";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import { keys } from "@/lib/query-keys.ts";

interface DeleteClusterProps {
	cluster: ClusterView;
	open: boolean;
	onOpenChange: (open: boolean) => void;
}

/** Takes a cluster out of the console. Nothing changes on its nodes, but the way back by button is gone with its records. */
export function DeleteCluster({ cluster, open, onOpenChange }: DeleteClusterProps) {
	const t = useTranslations("clusters");
	const router = useRouter();
	const queries = useQueryClient();
	const [typed, setTyped] = useState("");
	const [withHistory, setWithHistory] = useState(false);
	const remove = useMutation({
		mutationFn: () => api.deleteCluster(cluster.id, withHistory),
		onSuccess: async () => {
			toast.success(t("deleted", { name: cluster.name }));
			router.push("/clusters");
			await Promise.all([
				queries.invalidateQueries({ queryKey: keys.clusters.list() }),
				queries.invalidateQueries({ queryKey: keys.nodes.all }),
			]);
		},
	});
	const asksForHistory = remove.error instanceof ApiError && remove.error.problem.code === "inventory.has-history";
	return (
		<AlertDialog
			open={open}
			onOpenChange={onOpenChange}
			title={t("deleteTitle", { name: cluster.name })}
			description={t("deleteDescription", { count: cluster.nodes.total })}
			confirmLabel={t("deleteConfirm")}
			confirmDisabled={typed !== cluster.name || (asksForHistory && !withHistory)}
			onConfirm={() => remove.mutate()}
			busy={remove.isPending}
		>
			<Field label={t("deleteType", { name: cluster.name })}>
				<Input value={typed} onChange={(event) => setTyped(event.target.value)} />
			</Field>
			<ProblemAlert error={remove.error} />
			{asksForHistory ? <Checkbox checked={withHistory} onCheckedChange={setWithHistory} label={t("deleteHistory")} /> : null}
		</AlertDialog>
	);
}
