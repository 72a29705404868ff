"use client";

import { useTranslations } from "next-intl";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { Facts } from "@/lib/contracts/facts.ts";

/** The running kubelet's flags, each with the file that it comes from. */
export function KubeletFlagsTable({ kubelet }: { kubelet: Facts["kubelet"] }) {
	const t = useTranslations("nodes");
	const { flags } = kubelet;
	// Probed by an earlier version of Gantry.
	if (!flags) return <p className="break-all font-mono text-xs">{kubelet.argv.join(" ") || "–"}</p>;
	if (flags.length === 0) return <p className="text-muted-foreground text-sm">{t("factNotRunning")}</p>;
	return (
		<Table aria-label={t("factsFlags")} className="min-w-[40rem]">
			<THead>
				<Tr>
					<Th>{t("factFlag")}</Th>
					<Th>{t("factFlagValue")}</Th>
					<Th>{t("factFlagFrom")}</Th>
				</Tr>
			</THead>
			<TBody>
				{flags.map(({ at, name, value, from }) => (
					<Tr key={at}>
						<Td className="whitespace-nowrap font-mono text-xs">{name}</Td>
						<Td className="break-all font-mono text-xs">{value ?? ""}</Td>
						<Td className="break-all font-mono text-xs">
							{from ?? <span className="font-sans text-warning">{t("factFlagNowhere")}</span>}
						</Td>
					</Tr>
				))}
			</TBody>
		</Table>
	);
}
