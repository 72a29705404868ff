"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, type ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { SearchField } from "@/components/ui/search-field.tsx";
import { Select } from "@/components/ui/select.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";
import { isNarrowed, NO_FILTER, type NodeFilter, ROLE_GROUPS, RUNTIME_GROUPS } from "@/lib/node-filter.ts";
import { READINESS } from "@/lib/readiness.ts";
import { FilterChips } from "./filter-chips.tsx";
import { MoreFilters } from "./more-filters.tsx";

interface NodeFilterBarProps {
	filter: NodeFilter;
	/** Changes what is named and leaves the rest. */
	onChange: (part: Partial<NodeFilter>) => void;
	/** Of the whole list. */
	nodes: readonly NodeView[];
	shown: number;
	total: number;
	/** To the right: what is about the table and not about the filter. */
	children?: ReactNode;
}

const ANY = "any";
const RUNTIME = { docker: "runtimeDocker", containerd: "runtimeContainerd", other: "runtimeOther" } as const;
const ROLE = { "control-plane": "roleControlPlane", worker: "roleWorker" } as const;

/** All that a key in the box changes here is the box and the count: the rest is drawn only when it is another. */
export function NodeFilterBar({ filter, onChange, nodes, shown, total, children }: NodeFilterBarProps) {
	const t = useTranslations("nodes");
	const narrowed = isNarrowed(filter);
	const { text, readiness, runtime, role, version, label, finding } = filter;
	return (
		<search className="flex flex-col gap-2">
			<div className="flex flex-wrap items-center gap-2">
				<div className="relative min-w-48 max-w-80 flex-1">
					<Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-4 text-muted-foreground" aria-hidden="true" />
					<SearchField className="w-full pl-8" label={t("filterText")} value={text} onSearch={(wanted) => onChange({ text: wanted })} />
				</div>
				<Choices readiness={readiness} runtime={runtime} role={role} onChange={onChange} />
				<MoreFilters version={version} label={label} finding={finding} onChange={onChange} nodes={nodes} />
				<p className="text-muted-foreground text-xs" aria-live="polite">
					{narrowed ? t("shownOf", { shown, total }) : t("total", { total })}
				</p>
				{narrowed ? (
					<Button variant="ghost" size="sm" onClick={() => onChange(NO_FILTER)}>
						{t("filterClear")}
					</Button>
				) : null}
				<div className="ml-auto flex gap-2">{children}</div>
			</div>
			<FilterChips version={version} label={label} finding={finding} onChange={onChange} />
		</search>
	);
}

type ChoicesProps = Pick<NodeFilter, "readiness" | "runtime" | "role"> & { onChange: (part: Partial<NodeFilter>) => void };

const Choices = memo(({ readiness, runtime, role, onChange }: ChoicesProps) => {
	const t = useTranslations("nodes");
	return (
		<>
			<Select
				aria-label={t("filterReadiness")}
				value={readiness ?? ANY}
				onValueChange={(value) => onChange({ readiness: READINESS.find((one) => one === value) ?? null })}
				options={[{ value: ANY, label: t("readinessAny") }, ...READINESS.map((one) => ({ value: one, label: t(`readinesses.${one}`) }))]}
			/>
			<Select
				aria-label={t("filterRuntime")}
				value={runtime ?? ANY}
				onValueChange={(value) => onChange({ runtime: RUNTIME_GROUPS.find((one) => one === value) ?? null })}
				options={[{ value: ANY, label: t("runtimeAny") }, ...RUNTIME_GROUPS.map((one) => ({ value: one, label: t(RUNTIME[one]) }))]}
			/>
			<Select
				aria-label={t("filterRole")}
				value={role ?? ANY}
				onValueChange={(value) => onChange({ role: ROLE_GROUPS.find((one) => one === value) ?? null })}
				options={[{ value: ANY, label: t("roleAny") }, ...ROLE_GROUPS.map((one) => ({ value: one, label: t(ROLE[one]) }))]}
			/>
		</>
	);
});
