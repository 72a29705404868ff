"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ArrowRightLeft, KeyRound, Radar, Undo2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { runtimeGroup } from "@/lib/node-filter.ts";
import { keys } from "@/lib/query-keys.ts";
import { whyNot } from "@/lib/stale-nodes.ts";
import { planChosen } from "./plan-chosen.ts";

const HostKeyScanner = dynamic(() => import("@/components/host-keys/host-key-scanner.tsx").then((file) => file.HostKeyScanner), {
	ssr: false,
});

interface ActionBarProps {
	/** What is chosen, whether the filter shows it or not. */
	chosen: readonly NodeView[];
	hidden: number;
	/** Nodes that the filter shows and that are not chosen. */
	more: number;
	matching: number;
	onChooseMatching: () => void;
	onClear: () => void;
}

/** What can be done with the chosen nodes, and why something cannot. */
export function ActionBar({ chosen, hidden, more, matching, onChooseMatching, onClear }: ActionBarProps) {
	const t = useTranslations("nodes");
	const router = useRouter();
	const queries = useQueryClient();
	const [scanning, setScanning] = useState(false);
	const ids = chosen.map((node) => node.id);
	const probe = useMutation({
		mutationFn: () => api.probe(ids),
		onSuccess: async ({ results }) => {
			const failed = results.filter((result) => !result.ok).length;
			await queries.invalidateQueries({ queryKey: keys.nodes.all });
			if (failed === 0) toast.success(t("probed", { count: results.length }));
			else toast.warning(t("probedSome", { count: results.length - failed, failed }));
		},
	});
	const clusters = new Set(chosen.map((node) => node.clusterId));
	const [clusterId] = clusters;
	// One that was changed by hand is completed from its own page.
	const toMigrate = chosen.filter((node) => whyNot(node, "migrate") === null && runtimeGroup(node) !== "containerd");
	const toRollBack = chosen.filter((node) => whyNot(node, "rollback") === null);
	const go = (direction: "migrate" | "rollback", nodes: readonly NodeView[]) => {
		if (clusterId) router.push(planChosen({ clusterId, direction, nodeIds: nodes.map((node) => node.id) }));
	};
	const why =
		clusters.size > 1
			? t("whyOneCluster")
			: toMigrate.length === 0 && toRollBack.length === 0
				? t("whyNothing")
				: toMigrate.length > 0 && toMigrate.length < chosen.length
					? t("whySome", { count: toMigrate.length })
					: null;
	return (
		<section aria-label={t("actions")} className="flex flex-col gap-2 rounded-lg border bg-card px-3 py-2">
			<div className="flex flex-wrap items-center gap-2">
				<p className="mr-2 font-medium text-sm" aria-live="polite">
					{t("chosen", { count: chosen.length })}
					{hidden > 0 ? <span className="font-normal text-muted-foreground"> {t("chosenHidden", { count: hidden })}</span> : null}
				</p>
				<Button size="sm" busy={probe.isPending} onClick={() => probe.mutate()}>
					<Radar aria-hidden="true" />
					{probe.isPending ? t("probing", { count: ids.length }) : t("probe")}
				</Button>
				<Button size="sm" onClick={() => setScanning(true)}>
					<KeyRound aria-hidden="true" />
					{t("scanHostKeys")}
				</Button>
				{clusters.size === 1 && toMigrate.length > 0 ? (
					<Button size="sm" variant="primary" onClick={() => go("migrate", toMigrate)}>
						<ArrowRightLeft aria-hidden="true" />
						{t("migrate", { count: toMigrate.length })}
					</Button>
				) : null}
				{clusters.size === 1 && toRollBack.length > 0 ? (
					<Button size="sm" onClick={() => go("rollback", toRollBack)}>
						<Undo2 aria-hidden="true" />
						{t("rollBack", { count: toRollBack.length })}
					</Button>
				) : null}
				{more > 0 ? (
					<Button size="sm" variant="ghost" className="ml-auto" onClick={onChooseMatching}>
						{t("selectMatching", { count: matching })}
					</Button>
				) : null}
				<Button size="sm" variant="ghost" className={more > 0 ? undefined : "ml-auto"} onClick={onClear}>
					{t("clearSelection")}
				</Button>
			</div>
			{why ? <p className="text-muted-foreground text-xs">{why}</p> : null}
			<ProblemAlert error={probe.error} />
			<Dialog open={scanning} onOpenChange={setScanning} size="lg" title={t("scanTitle", { count: ids.length })}>
				<HostKeyScanner nodeIds={ids} />
			</Dialog>
		</section>
	);
}
