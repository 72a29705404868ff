"use client";

import { SlidersHorizontal } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useMemo, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Popover } from "@/components/ui/popover.tsx";
import { Select } from "@/components/ui/select.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";
import { filterChoices, type NodeFilter } from "@/lib/node-filter.ts";

interface MoreFiltersProps extends Pick<NodeFilter, "version" | "label" | "finding"> {
	onChange: (part: Partial<NodeFilter>) => void;
	/** Of the whole list: what there is to choose from. */
	nodes: readonly NodeView[];
}

/** Neither a version nor a finding is called that. */
const ANY = "any";

/** What is filtered by less often. What is set in here is also seen outside of it (FilterChips). */
export const MoreFilters = memo((props: MoreFiltersProps) => {
	const { version, label, finding } = props;
	const t = useTranslations("nodes");
	const [open, setOpen] = useState(false);
	const set = [version, label || null, finding].filter((one) => one !== null).length;
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
			<MoreFilterFields {...props} />
		</Popover>
	);
});

/** Looks through all nodes for what there is: only while it is open. */
function MoreFilterFields({ version, label, finding, onChange, nodes }: MoreFiltersProps) {
	const t = useTranslations("nodes");
	const choices = useMemo(() => filterChoices(nodes), [nodes]);
	// A link may name what no node has any more: it is shown as chosen all the same.
	const versions = withChosen(choices.versions, version);
	const findings = choices.findings.some(({ code }) => code === finding)
		? choices.findings
		: [...choices.findings, ...(finding === null ? [] : [{ code: finding, nodes: 0 }])];
	return (
		<div className="flex flex-col gap-3">
			<Field label={t("filterVersion")}>
				<Select
					className="w-full"
					value={version ?? ANY}
					onValueChange={(value) => onChange({ version: value === ANY ? null : value })}
					options={[{ value: ANY, label: t("versionAny") }, ...versions.map((one) => ({ value: one, label: one }))]}
				/>
			</Field>
			<Field label={t("filterLabel")} hint={t("filterLabelHint")}>
				<Input
					className="font-mono text-[0.8125rem]"
					value={label}
					maxLength={500}
					onChange={(event) => onChange({ label: event.target.value })}
				/>
			</Field>
			<Field label={t("filterFinding")} hint={choices.findings.length === 0 ? t("filterFindingNone") : undefined}>
				<Select
					className="w-full"
					value={finding ?? ANY}
					onValueChange={(value) => onChange({ finding: value === ANY ? null : value })}
					options={[
						{ value: ANY, label: t("findingAny") },
						...findings.map(({ code, nodes: count }) => ({ value: code, label: t("findingOption", { code, nodes: count }) })),
					]}
				/>
			</Field>
		</div>
	);
}

function withChosen(all: readonly string[], chosen: string | null): readonly string[] {
	return chosen === null || all.includes(chosen) ? all : [...all, chosen];
}
