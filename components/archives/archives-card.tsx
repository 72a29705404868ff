"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Package } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Field } from "@/components/ui/field.tsx";
import { FileButton } from "@/components/ui/file-button.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { toast } from "@/components/ui/toast.ts";
import { ApiError, api } from "@/lib/api-client.ts";
import type { ArchiveView } from "@/lib/contracts/archive.ts";
import { formatBytes } from "@/lib/format.ts";
import { keys } from "@/lib/query-keys.ts";

const SHA256 = /^[0-9a-f]{64}$/i;

/** Archives of crictl, one per architecture and version: nodes often have no way to the internet, so the console brings it. */
export function ArchivesCard() {
	const t = useTranslations("archives");
	const queries = useQueryClient();
	const locale = useLocale();
	const [expected, setExpected] = useState("");
	const [deleting, setDeleting] = useState<ArchiveView | null>(null);
	const [replacing, setReplacing] = useState<File | null>(null);
	const archives = useQuery({ queryKey: keys.archives.all, queryFn: ({ signal }) => api.archives(signal) });
	const readAgain = () => queries.invalidateQueries({ queryKey: keys.archives.all });
	const sha256 = expected.trim();
	const wrongSha256 = sha256 !== "" && !SHA256.test(sha256);

	const upload = useMutation({
		mutationFn: ({ file, replace }: { file: File; replace: boolean }) =>
			api.uploadArchive(file, { replace, ...(sha256 === "" ? {} : { sha256: sha256.toLowerCase() }) }),
		onSuccess: async (archive) => {
			setExpected("");
			setReplacing(null);
			await readAgain();
			toast.success(t("uploaded", { version: archive.version || archive.fileName, architecture: archive.architecture }));
		},
		onError: (error, { file }) => {
			if (error instanceof ApiError && error.problem.code === "archive.exists") setReplacing(file);
		},
	});
	const remove = useMutation({
		mutationFn: (archiveId: string) => api.deleteArchive(archiveId),
		onSuccess: async () => {
			setDeleting(null);
			await readAgain();
		},
	});

	return (
		<Card flush title={t("title")} description={t("description")}>
			<div className="flex flex-col gap-3 border-b p-4">
				<div className="flex flex-wrap items-end gap-3">
					<Field
						label={t("expected")}
						hint={t("expectedHint")}
						error={wrongSha256 ? t("expectedWrong") : undefined}
						className="min-w-64 max-w-2xl flex-1"
					>
						<Input value={expected} onChange={(event) => setExpected(event.target.value)} className="font-mono text-xs" maxLength={80} />
					</Field>
				</div>
				<div>
					<FileButton
						accept=".tar.gz,.tgz,application/gzip"
						disabled={upload.isPending || wrongSha256}
						onFile={(file) => upload.mutate({ file, replace: false })}
					>
						{upload.isPending ? t("uploading") : t("upload")}
					</FileButton>
				</div>
				<ProblemAlert error={replacing ? null : upload.error} />
			</div>
			{archives.error ? (
				<div className="p-4">
					<ProblemAlert error={archives.error} onRetry={() => void archives.refetch()} />
				</div>
			) : archives.isPending ? (
				<SkeletonLines className="p-4" />
			) : archives.data.length === 0 ? (
				<EmptyState icon={Package} title={t("emptyTitle")}>
					{t("empty")}
				</EmptyState>
			) : (
				<Table aria-label={t("title")}>
					<THead>
						<Tr>
							<Th>{t("architecture")}</Th>
							<Th>{t("version")}</Th>
							<Th>{t("file")}</Th>
							<Th>SHA-256</Th>
							<Th>{t("uploadedBy")}</Th>
							<Th>
								<span className="sr-only">{t("delete")}</span>
							</Th>
						</Tr>
					</THead>
					<TBody>
						{archives.data.map((archive) => (
							<Tr key={archive.id}>
								<Td className="font-medium">{archive.architecture}</Td>
								<Td>{archive.version || "–"}</Td>
								<Td>
									{archive.fileName}
									<span className="block text-muted-foreground text-xs">{formatBytes(archive.sizeBytes, locale)}</span>
								</Td>
								<Td>
									<span className="flex items-start gap-1">
										<code className="min-w-56 break-all font-mono text-xs leading-6">{archive.sha256}</code>
										<CopyButton text={archive.sha256} />
									</span>
									<span className="block break-all text-muted-foreground text-xs">
										{t("binary")} <Copyable text={archive.binarySha256} />
									</span>
								</Td>
								<Td>
									{archive.uploadedBy}
									<span className="block text-muted-foreground text-xs">
										<RelativeTime at={archive.uploadedAt} />
									</span>
								</Td>
								<Td className="text-right">
									<Button size="sm" onClick={() => setDeleting(archive)}>
										{t("delete")}
									</Button>
								</Td>
							</Tr>
						))}
					</TBody>
				</Table>
			)}
			<AlertDialog
				open={replacing !== null}
				onOpenChange={(open) => !open && setReplacing(null)}
				title={t("replaceTitle")}
				description={t("replaceDescription")}
				confirmLabel={t("replace")}
				destructive={false}
				busy={upload.isPending}
				onConfirm={() => replacing && upload.mutate({ file: replacing, replace: true })}
			>
				<ProblemAlert error={upload.error} />
			</AlertDialog>
			<AlertDialog
				open={deleting !== null}
				onOpenChange={(open) => !open && setDeleting(null)}
				title={t("deleteTitle", { architecture: deleting?.architecture ?? "", version: deleting?.version || "–" })}
				description={t("deleteDescription")}
				confirmLabel={t("delete")}
				busy={remove.isPending}
				onConfirm={() => deleting && remove.mutate(deleting.id)}
			>
				<ProblemAlert error={remove.error} />
			</AlertDialog>
		</Card>
	);
}
