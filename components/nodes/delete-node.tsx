"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { ApiError, api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { keys } from "@/lib/query-keys.ts";

/** Takes a node that was added by hand, or is gone, out of the console. */
export function DeleteNode({ node, open, onOpenChange }: { node: NodeView; open: boolean; onOpenChange: (open: boolean) => void }) {
	const t = useTranslations("nodes");
	const router = useRouter();
	const queries = useQueryClient();
	const [withHistory, setWithHistory] = useState(false);
	const remove = useMutation({
		mutationFn: () => api.deleteNode(node.id, withHistory),
		onSuccess: async () => {
			router.push(`/nodes?cluster=${encodeURIComponent(node.clusterId)}`);
			await queries.invalidateQueries({ queryKey: keys.nodes.list(node.clusterId) });
			await queries.invalidateQueries({ queryKey: keys.clusters.all });
		},
	});
	const asksForHistory = remove.error instanceof ApiError && remove.error.problem.code === "inventory.has-history";
	return (
		<AlertDialog
			open={open}
			onOpenChange={onOpenChange}
			title={t("deleteTitle", { name: node.name })}
			description={t("deleteDescription")}
			confirmLabel={t("delete")}
			confirmDisabled={asksForHistory && !withHistory}
			busy={remove.isPending}
			onConfirm={() => remove.mutate()}
		>
			<ProblemAlert error={remove.error} />
			{asksForHistory ? <Checkbox checked={withHistory} onCheckedChange={setWithHistory} label={t("deleteHistory")} /> : null}
		</AlertDialog>
	);
}
