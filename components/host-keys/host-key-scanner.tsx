"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { FileButton } from "@/components/ui/file-button.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { HostKeyScan } from "@/lib/contracts/host-key.ts";
import { keyDecision } from "@/lib/host-key-order.ts";
import { keys } from "@/lib/query-keys.ts";
import { HostKeyTable } from "./host-key-table.tsx";

const MOST_BYTES = 2_000_000;

/** Looks at the host keys of nodes, lays an uploaded known_hosts beside them, and lets a person accept them. */
export function HostKeyScanner({ nodeIds }: { nodeIds: readonly string[] }) {
	const t = useTranslations("hostKeys");
	const tUi = useTranslations("ui");
	const queries = useQueryClient();
	const [scan, setScan] = useState<HostKeyScan | null>(null);
	const [knownHosts, setKnownHosts] = useState<{ name: string; text: string } | null>(null);
	const [fileError, setFileError] = useState<string | null>(null);

	const take = (next: HostKeyScan) => {
		setScan(next);
		void queries.invalidateQueries({ queryKey: keys.nodes.all });
		void queries.invalidateQueries({ queryKey: keys.clusters.all });
		void queries.invalidateQueries({ queryKey: keys.hostKeys.all });
	};
	const look = useMutation({ mutationFn: () => api.scanHostKeys(nodeIds, knownHosts?.text), onSuccess: take });
	const compare = useMutation({
		mutationFn: ({ scanId, text }: { scanId: string; text: string }) => api.scanKnownHosts(scanId, text),
		onSuccess: take,
	});
	const acceptAll = useMutation({
		mutationFn: (scanId: string) => api.acceptMatches(scanId),
		onSuccess: (next) => {
			take(next);
			toast.success(t("acceptedMatches"));
		},
	});

	async function upload(file: File) {
		setFileError(null);
		if (file.size > MOST_BYTES) return setFileError(tUi("fileTooLarge", { limit: "2 MB" }));
		const text = await file.text();
		setKnownHosts({ name: file.name, text });
		if (scan) compare.mutate({ scanId: scan.scanId, text });
	}

	const matches = scan
		? new Set(scan.keys.filter((key) => keyDecision(key) === "match").map((key) => `${key.address} ${key.port}`)).size
		: 0;
	const changed = scan?.keys.filter((key) => key.accepted === "changed").length ?? 0;
	return (
		<Card
			flush
			title={t("title")}
			description={t("description")}
			actions={
				<>
					<FileButton onFile={upload} disabled={compare.isPending || look.isPending}>
						{knownHosts ? t("knownHostsGiven", { name: knownHosts.name }) : t("knownHosts")}
					</FileButton>
					{scan ? (
						<Button size="sm" busy={look.isPending} onClick={() => look.mutate()}>
							{t("scanAgain")}
						</Button>
					) : null}
					{matches > 0 && scan ? (
						<Button size="sm" variant="primary" busy={acceptAll.isPending} onClick={() => acceptAll.mutate(scan.scanId)}>
							{t("acceptMatches", { count: matches })}
						</Button>
					) : null}
				</>
			}
		>
			<div className="flex flex-col gap-3 p-4 empty:hidden">
				{fileError ? (
					<p role="alert" className="text-danger text-sm">
						{fileError}
					</p>
				) : null}
				<ProblemAlert error={look.error ?? compare.error ?? acceptAll.error} />
				{changed > 0 ? (
					<div role="alert" className="rounded-md border-2 border-danger bg-danger-soft px-4 py-3">
						<p className="font-semibold text-danger">{t("changedTitle", { count: changed })}</p>
						<p className="mt-1 text-sm">{t("changedText")}</p>
					</div>
				) : null}
				{scan?.errors.map((failure) => (
					<div key={failure.label} className="rounded-md border border-warning/40 bg-warning-soft px-3 py-2 text-sm">
						<p className="font-medium">{failure.label}</p>
						<Msg m={failure.error} namespace="error" todo />
					</div>
				))}
			</div>
			{look.isPending && !scan ? (
				<div className="p-4" aria-busy="true">
					<p className="mb-3 text-muted-foreground text-sm">{t("scanning", { count: nodeIds.length })}</p>
					<SkeletonLines />
				</div>
			) : scan ? (
				<HostKeyTable scan={scan} onScan={take} />
			) : (
				<EmptyState
					icon={KeyRound}
					title={t("emptyTitle")}
					action={
						<Button variant="primary" busy={look.isPending} onClick={() => look.mutate()}>
							{t("scan", { count: nodeIds.length })}
						</Button>
					}
				>
					{t("empty")}
				</EmptyState>
			)}
		</Card>
	);
}
