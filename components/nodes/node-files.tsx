"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { FileChanges } from "@/components/runs/file-changes.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { NodeFiles as Files } from "@/lib/contracts/node-page.ts";
import { keys } from "@/lib/query-keys.ts";

/** The node's files: as they are and as a migration would write them; after one, as it saved them and as it wrote them. */
export function NodeFiles({ node }: { node: NodeView }) {
	const t = useTranslations("nodes.files");
	const query = useQuery({ queryKey: keys.nodes.files(node.id), queryFn: ({ signal }) => api.nodeFiles(node.id, signal) });
	if (query.isPending) {
		return (
			<Card title={t("planned")}>
				<SkeletonLines lines={6} />
			</Card>
		);
	}
	if (!query.data) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
	const { planned, plannedError, snapshot } = query.data;
	return (
		<div className="flex flex-col gap-4">
			{snapshot ? <SnapshotCard snapshot={snapshot} /> : null}
			{snapshot ? null : (
				<Card title={t("planned")} description={t("plannedDescription")}>
					<ProblemAlert error={plannedError} />
					{planned ? (
						<FileChanges files={planned} />
					) : plannedError ? null : (
						<p className="text-muted-foreground text-sm">{t("noFacts")}</p>
					)}
				</Card>
			)}
		</div>
	);
}

function SnapshotCard({ snapshot: { runId, folder, takenAt, files } }: { snapshot: NonNullable<Files["snapshot"]> }) {
	const t = useTranslations("nodes.files");
	const saved = files.filter(({ before }) => before !== null).length;
	return (
		<Card title={t("snapshot")} description={t("snapshotDescription")}>
			<div className="flex flex-col gap-4">
				<KeyValues
					items={[
						{
							name: t("snapshotRun"),
							value: (
								<Link href={`/runs/${runId}`} className="font-mono text-info text-xs hover:underline">
									{runId}
								</Link>
							),
						},
						{ name: t("snapshotTaken"), value: takenAt ? <RelativeTime at={takenAt} /> : "–" },
						{ name: t("snapshotFolder"), value: <Copyable text={folder} /> },
						{ name: t("snapshotHolds"), value: t("snapshotHoldsCount", { saved, absent: files.length - saved }) },
					]}
				/>
				<FileChanges files={files} />
			</div>
		</Card>
	);
}
