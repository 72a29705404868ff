"use client";

import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { SearchField } from "@/components/ui/search-field.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { Direction } from "@/lib/contracts/plan.ts";
import { naturalCompare } from "@/lib/format.ts";
import { whyNot } from "@/lib/stale-nodes.ts";

interface NodePickerProps {
	nodes: readonly NodeView[];
	direction: Direction;
	chosen: readonly string[];
	onChange: (nodeIds: string[]) => void;
}

/** Drawn at most; a longer list is narrowed by the filter. */
const MOST_ROWS = 300;

/** Nodes of one cluster to choose from. Those that cannot go are shown with the reason; whoever was chosen stays chosen, by id. */
export function NodePicker({ nodes, direction, chosen, onChange }: NodePickerProps) {
	const t = useTranslations("migration");
	const [filter, setFilter] = useState("");
	const ids = useMemo(() => new Set(chosen), [chosen]);
	const shown = useMemo(() => {
		const wanted = filter.trim().toLowerCase();
		return nodes.filter((node) => node.name.toLowerCase().includes(wanted)).sort((a, b) => naturalCompare(a.name, b.name));
	}, [nodes, filter]);
	const eligible = shown.filter((node) => whyNot(node, direction) === null);
	const toggle = (id: string, on: boolean) => onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id));
	return (
		<div className="flex flex-col gap-2">
			<div className="flex flex-wrap items-center gap-2">
				<SearchField label={t("filterNodes")} value={filter} onSearch={setFilter} />
				<Button
					size="sm"
					disabled={eligible.length === 0}
					onClick={() => onChange([...new Set([...chosen, ...eligible.map((node) => node.id)])])}
				>
					{t("chooseMatching", { count: eligible.length })}
				</Button>
				<Button size="sm" disabled={chosen.length === 0} onClick={() => onChange([])}>
					{t("chooseNone")}
				</Button>
				<span role="status" className="text-muted-foreground text-sm">
					{t("chosenCount", { count: chosen.length })}
				</span>
			</div>
			<ul aria-label={t("nodes")} className="max-h-80 divide-y overflow-y-auto rounded-md border">
				{shown.slice(0, MOST_ROWS).map((node) => {
					const reason = whyNot(node, direction);
					const on = ids.has(node.id);
					return (
						<li key={node.id} className="flex flex-wrap items-center gap-x-3 px-3 py-1.5 text-sm" data-pick={node.name}>
							<Checkbox
								checked={on}
								disabled={reason !== null && !on}
								onCheckedChange={(checked) => toggle(node.id, checked)}
								label={<span className="font-medium">{node.name}</span>}
							/>
							{node.controlPlane ? <Badge>{t("controlPlane")}</Badge> : null}
							<span className="font-mono text-muted-foreground text-xs">{node.runtimeText}</span>
							{reason ? <span className="ml-auto text-muted-foreground text-xs">{t(`whyNot.${reason}`)}</span> : null}
						</li>
					);
				})}
				{shown.length > MOST_ROWS ? (
					<li className="px-3 py-1.5 text-muted-foreground text-sm">{t("moreNodes", { count: shown.length - MOST_ROWS })}</li>
				) : null}
				{shown.length === 0 ? <li className="px-3 py-4 text-muted-foreground text-sm">{t("noNodesHere")}</li> : null}
			</ul>
		</div>
	);
}
