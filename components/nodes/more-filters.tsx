"use client";

import { SlidersHorizontal } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Popover } from "@/components/ui/popover.tsx";
import { Select } from "@/components/ui/select.tsx";
import type { NodeFilter } from "@/lib/node-filter.ts";

interface MoreFiltersProps {
	filter: NodeFilter;
	onChange: (filter: NodeFilter) => void;
	choices: { versions: readonly string[]; findings: readonly { code: string; nodes: number }[] };
}

/** Neither a version nor a finding is called that. */
const ANY = "any";

/** What is filtered by less often. What is set in here is also seen outside of it (FilterChips). */
export function MoreFilters({ filter, onChange, choices }: MoreFiltersProps) {
	const t = useTranslations("nodes");
	const [open, setOpen] = useState(false);
	const set = [filter.version, filter.label || null, filter.finding].filter((one) => one !== null).length;
	// A link may name what no node has any more: it is shown as chosen all the same.
	const versions = withChosen(choices.versions, filter.version);
	const findings = choices.findings.some(({ code }) => code === filter.finding)
		? choices.findings
		: [...choices.findings, ...(filter.finding === null ? [] : [{ code: filter.finding, nodes: 0 }])];
	return (
		<Popover
			open={open}
			onOpenChange={setOpen}
			title={t("moreFilters")}
			trigger={
				<Button>
					<SlidersHorizontal aria-hidden="true" />
					{set > 0 ? t("moreFiltersSet", { count: set }) : t("moreFilters")}
				</Button>
			}
		>
			<div className="flex flex-col gap-3">
				<Field label={t("filterVersion")}>
					<Select
						className="w-full"
						value={filter.version ?? ANY}
						onValueChange={(value) => onChange({ ...filter, version: value === ANY ? null : value })}
						options={[{ value: ANY, label: t("versionAny") }, ...versions.map((version) => ({ value: version, label: version }))]}
					/>
				</Field>
				<Field label={t("filterLabel")} hint={t("filterLabelHint")}>
					<Input
						className="font-mono text-[0.8125rem]"
						value={filter.label}
						maxLength={500}
						onChange={(event) => onChange({ ...filter, label: event.target.value })}
					/>
				</Field>
				<Field label={t("filterFinding")} hint={choices.findings.length === 0 ? t("filterFindingNone") : undefined}>
					<Select
						className="w-full"
						value={filter.finding ?? ANY}
						onValueChange={(value) => onChange({ ...filter, finding: value === ANY ? null : value })}
						options={[
							{ value: ANY, label: t("findingAny") },
							...findings.map(({ code, nodes }) => ({ value: code, label: t("findingOption", { code, nodes }) })),
						]}
					/>
				</Field>
			</div>
		</Popover>
	);
}

function withChosen(all: readonly string[], chosen: string | null): readonly string[] {
	return chosen === null || all.includes(chosen) ? all : [...all, chosen];
}
