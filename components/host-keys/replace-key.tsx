"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { api } from "@/lib/api-client.ts";
import type { HostKeyScan } from "@/lib/contracts/host-key.ts";
import type { ScannedKey } from "@/lib/host-key-order.ts";

interface ReplaceKeyProps {
	scanId: string;
	entry: ScannedKey;
	onClose: () => void;
	onScan: (scan: HostKeyScan) => void;
}

/** A host shows another key than the accepted one: taking the new one is a decision of its own, with both before one's eyes. */
export function ReplaceKey({ scanId, entry, onClose, onScan }: ReplaceKeyProps) {
	const t = useTranslations("hostKeys");
	const [checked, setChecked] = useState(false);
	const expected = entry.expectedSha256 ?? "";
	const replace = useMutation({ mutationFn: () => api.replaceHostKey(scanId, entry.entryId, expected), onSuccess: onScan });
	return (
		<AlertDialog
			open
			onOpenChange={(open) => !open && onClose()}
			title={t("replaceTitle", { label: entry.label })}
			description={t("replaceDescription")}
			confirmLabel={t("replaceConfirm")}
			confirmDisabled={!checked || expected === ""}
			busy={replace.isPending}
			onConfirm={() => replace.mutate()}
		>
			<KeyValues
				items={[
					{ name: t("address"), value: <code className="font-mono text-xs">{`${entry.address}:${entry.port}`}</code> },
					{ name: t("fingerprintOld"), value: <Copyable text={expected} label={t("copyFingerprint")} /> },
					{
						name: t("fingerprintNew"),
						value: (
							<>
								<code className="font-mono text-danger text-xs">{entry.algorithm}</code>{" "}
								<Copyable text={entry.sha256} label={t("copyFingerprint")} className="text-danger" />
							</>
						),
					},
				]}
			/>
			<Checkbox checked={checked} onCheckedChange={setChecked} label={t("replaceChecked")} />
			<ProblemAlert error={replace.error} />
		</AlertDialog>
	);
}
