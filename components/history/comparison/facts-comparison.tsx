"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { Difference } from "@/lib/run-comparison.ts";

const AT_ONCE = 100;

/** Where the nodes' facts differ, by path. */
export function FactsComparison({ differences }: { differences: readonly Difference[] }) {
	const t = useTranslations("history");
	const ui = useTranslations("ui");
	const [most, setMost] = useState(AT_ONCE);
	if (differences.length === 0) return <p className="p-4 text-muted-foreground text-sm">{t("factsAlike")}</p>;
	const value = (text: string | null) => (text === null ? <span className="text-muted-foreground">{ui("none")}</span> : text);
	return (
		<>
			<Table aria-label={t("compareFacts", { count: differences.length })}>
				<THead>
					<Tr>
						<Th>{t("fact")}</Th>
						<Th>A</Th>
						<Th>B</Th>
					</Tr>
				</THead>
				<TBody>
					{differences.slice(0, most).map(({ path, one, other }) => (
						<Tr key={path}>
							<Td className="break-all font-mono text-xs">{path}</Td>
							<Td className="break-all font-mono text-xs">{value(one)}</Td>
							<Td className="break-all font-mono text-xs">{value(other)}</Td>
						</Tr>
					))}
				</TBody>
			</Table>
			{differences.length > most ? (
				<Button className="m-3" onClick={() => setMost(most + AT_ONCE)}>
					{t("moreFacts", { count: differences.length - most })}
				</Button>
			) : null}
		</>
	);
}
