"use client";

import { useTranslations } from "next-intl";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { naturalCompare } from "@/lib/format.ts";

const SCRIPTS = ["prepare", "cutover", "revert"] as const;

/** The SHA-256 of every script that was reviewed and could run, node by node. */
export function ReportScripts({ runs }: { runs: readonly RunView[] }) {
	const t = useTranslations("report");
	const planned = runs
		.filter((run) => run.scriptSha256 !== null)
		.sort((a, b) => naturalCompare(a.nodeName, b.nodeName) || a.attempt - b.attempt);
	if (planned.length === 0) return <p className="text-sm">{t("noScripts")}</p>;
	return (
		<Table aria-label={t("scripts")}>
			<THead>
				<Tr>
					<Th>{t("node")}</Th>
					<Th>{t("run")}</Th>
					{SCRIPTS.map((name) => (
						<Th key={name}>{name}.sh</Th>
					))}
				</Tr>
			</THead>
			<TBody>
				{planned.map((run) => (
					<Tr key={run.id} className="break-inside-avoid">
						<Td className="font-medium">{run.nodeName}</Td>
						<Td className="break-all font-mono text-xs">{run.id}</Td>
						{SCRIPTS.map((name) => (
							<Td key={name} className="break-all font-mono text-[0.6875rem]">
								{run.scriptSha256?.[name]}
							</Td>
						))}
					</Tr>
				))}
			</TBody>
		</Table>
	);
}
