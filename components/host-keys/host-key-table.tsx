"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { Badge, type Tone } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import { cn } from "@/lib/class-names.ts";
import type { HostKeyScan } from "@/lib/contracts/host-key.ts";
import { keyDecision, orderKeys, type ScannedKey } from "@/lib/host-key-order.ts";
import { ReplaceKey } from "./replace-key.tsx";

/** Rows laid out at once; more on demand. */
const PAGE = 200;

const VERDICTS = {
	match: { tone: "success", label: "verdictMatch" },
	mismatch: { tone: "danger", label: "verdictMismatch" },
	revoked: { tone: "danger", label: "verdictRevoked" },
	unknown: { tone: "neutral", label: "verdictUnknown" },
} as const satisfies Record<string, { tone: Tone; label: string }>;

interface HostKeyTableProps {
	scan: HostKeyScan;
	onScan: (scan: HostKeyScan) => void;
}

export function HostKeyTable({ scan, onScan }: HostKeyTableProps) {
	const t = useTranslations("hostKeys");
	const [shown, setShown] = useState(PAGE);
	const [replacing, setReplacing] = useState<ScannedKey | null>(null);
	const ordered = useMemo(() => orderKeys(scan.keys), [scan.keys]);
	const accept = useMutation({ mutationFn: (entryId: string) => api.acceptHostKey(scan.scanId, entryId), onSuccess: onScan });
	if (ordered.length === 0) {
		return <p className="px-4 pb-4 text-sm">{scan.errors.length > 0 ? t("nothingSeen") : t("allAccepted")}</p>;
	}
	return (
		<>
			{accept.error ? (
				<div className="px-4 pb-3">
					<ProblemAlert error={accept.error} />
				</div>
			) : null}
			<Table aria-label={t("title")}>
				<THead>
					<Tr>
						<Th>{t("node")}</Th>
						<Th>{t("address")}</Th>
						<Th>{t("algorithm")}</Th>
						<Th>{t("fingerprint")}</Th>
						<Th>known_hosts</Th>
						<Th>{t("decision")}</Th>
					</Tr>
				</THead>
				<TBody>
					{ordered.slice(0, shown).map((key) => {
						const decision = keyDecision(key);
						const verdict = key.knownHosts ? VERDICTS[key.knownHosts] : null;
						return (
							<Tr key={key.entryId} className={cn(decision === "changed" && "bg-danger-soft")}>
								<Td className="font-medium">
									{key.label}
									{key.nodeId === null ? <span className="ml-1.5 text-muted-foreground text-xs">{t("jumpHost")}</span> : null}
								</Td>
								<Td className="whitespace-nowrap font-mono text-xs">
									{key.address}:{key.port}
								</Td>
								<Td className="whitespace-nowrap font-mono text-xs">{key.algorithm}</Td>
								<Td>
									<span className="flex items-start gap-1">
										<code className="min-w-56 break-all font-mono text-xs leading-6">{key.sha256}</code>
										<CopyButton text={key.sha256} label={t("copyFingerprint")} />
									</span>
									{decision === "changed" && key.expectedSha256 ? (
										<span className="block break-all font-mono text-danger text-xs">
											{t("wasAccepted", { sha256: key.expectedSha256 })}
										</span>
									) : null}
								</Td>
								<Td>
									{verdict ? <Badge tone={verdict.tone}>{t(verdict.label)}</Badge> : <span className="text-muted-foreground">–</span>}
								</Td>
								<Td className="whitespace-nowrap">
									{decision === "accepted" ? (
										<StatusGlyph kind="ok" label={t("accepted")} />
									) : decision === "changed" ? (
										<Button size="sm" variant="destructive" onClick={() => setReplacing(key)}>
											{t("replace")}
										</Button>
									) : decision === "revoked" ? (
										<StatusGlyph kind="failed" label={t("refusedRevoked")} />
									) : (
										<Button
											size="sm"
											variant={decision === "mismatch" ? "destructive" : "outline"}
											busy={accept.isPending && accept.variables === key.entryId}
											disabled={accept.isPending}
											aria-label={t("acceptOne", { label: key.label, algorithm: key.algorithm })}
											onClick={() => accept.mutate(key.entryId)}
										>
											{t("accept")}
										</Button>
									)}
								</Td>
							</Tr>
						);
					})}
				</TBody>
			</Table>
			{ordered.length > shown ? (
				<div className="border-t p-3">
					<Button size="sm" onClick={() => setShown(shown + PAGE)}>
						{t("more", { count: ordered.length - shown })}
					</Button>
				</div>
			) : null}
			{replacing ? (
				<ReplaceKey
					scanId={scan.scanId}
					entry={replacing}
					onClose={() => setReplacing(null)}
					onScan={(next) => {
						setReplacing(null);
						onScan(next);
					}}
				/>
			) : null}
		</>
	);
}
