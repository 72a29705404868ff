"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SearchField } from "@/components/ui/search-field.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import { compareAddresses } from "@/lib/format.ts";
import { keys } from "@/lib/query-keys.ts";

const PAGE = 100;

/** Every host key that was accepted, by whom and when; one that should not be trusted any more is taken back here. */
export function AcceptedKeys() {
	const t = useTranslations("hostKeys");
	const queries = useQueryClient();
	const [filter, setFilter] = useState("");
	const [shown, setShown] = useState(PAGE);
	const [removing, setRemoving] = useState<{ id: string; address: string; port: number; sha256: string } | null>(null);
	const accepted = useQuery({ queryKey: keys.hostKeys.all, queryFn: ({ signal }) => api.hostKeys(signal) });
	const remove = useMutation({
		mutationFn: (keyId: string) => api.removeHostKey(keyId),
		onSuccess: async () => {
			setRemoving(null);
			await Promise.all([
				queries.invalidateQueries({ queryKey: keys.hostKeys.all }),
				queries.invalidateQueries({ queryKey: keys.nodes.all }),
				queries.invalidateQueries({ queryKey: keys.clusters.all }),
			]);
		},
	});
	const wanted = filter.trim().toLowerCase();
	const rows = (accepted.data ?? [])
		.filter((key) => wanted === "" || `${key.address}:${key.port} ${key.sha256} ${key.userName}`.toLowerCase().includes(wanted))
		.sort((one, other) => compareAddresses(one.address, other.address) || one.algorithm.localeCompare(other.algorithm));
	return (
		<Card
			flush
			title={t("acceptedTitle")}
			description={t("acceptedDescription")}
			actions={(accepted.data?.length ?? 0) > 0 ? <SearchField label={t("filter")} value={filter} onSearch={setFilter} /> : null}
		>
			{accepted.error ? (
				<div className="p-4">
					<ProblemAlert error={accepted.error} onRetry={() => void accepted.refetch()} />
				</div>
			) : accepted.isPending ? (
				<SkeletonLines className="p-4" />
			) : accepted.data.length === 0 ? (
				<EmptyState title={t("acceptedNone")}>{t("acceptedNoneText")}</EmptyState>
			) : (
				<Table aria-label={t("acceptedTitle")}>
					<THead>
						<Tr>
							<Th>{t("address")}</Th>
							<Th>{t("algorithm")}</Th>
							<Th>{t("fingerprint")}</Th>
							<Th>{t("acceptedBy")}</Th>
							<Th>
								<span className="sr-only">{t("decision")}</span>
							</Th>
						</Tr>
					</THead>
					<TBody>
						{rows.slice(0, shown).map((key) => (
							<Tr key={key.id}>
								<Td className="whitespace-nowrap font-mono text-xs">
									{key.address}:{key.port}
								</Td>
								<Td className="whitespace-nowrap font-mono text-xs">{key.algorithm}</Td>
								<Td>
									<Copyable text={key.sha256} label={t("copyFingerprint")} />
								</Td>
								<Td>
									{key.userName}
									<span className="block text-muted-foreground text-xs">
										{key.acceptedBy === "known-hosts" ? t("byKnownHosts") : t("byPerson")} · <RelativeTime at={key.acceptedAt} />
									</span>
								</Td>
								<Td className="text-right">
									<Button
										size="sm"
										aria-label={t("removeOne", { address: key.address, algorithm: key.algorithm })}
										onClick={() => setRemoving(key)}
									>
										{t("remove")}
									</Button>
								</Td>
							</Tr>
						))}
					</TBody>
				</Table>
			)}
			{rows.length > shown ? (
				<div className="border-t p-3">
					<Button size="sm" onClick={() => setShown(shown + PAGE)}>
						{t("more", { count: rows.length - shown })}
					</Button>
				</div>
			) : null}
			<AlertDialog
				open={removing !== null}
				onOpenChange={(open) => !open && setRemoving(null)}
				title={t("removeTitle", { address: removing ? `${removing.address}:${removing.port}` : "" })}
				description={t("removeDescription")}
				confirmLabel={t("remove")}
				onConfirm={() => removing && remove.mutate(removing.id)}
				busy={remove.isPending}
			>
				<ProblemAlert error={remove.error} />
			</AlertDialog>
		</Card>
	);
}
