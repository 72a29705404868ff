"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import type { NodeFilter } from "@/lib/node-filter.ts";

interface FilterChipsProps extends Pick<NodeFilter, "version" | "label" | "finding"> {
	onChange: (part: Partial<NodeFilter>) => void;
}

/** What is filtered by out of sight, each with a button that takes it away. */
export const FilterChips = memo(({ version, label, finding, onChange }: FilterChipsProps) => {
	const t = useTranslations("nodes");
	const set = [
		{ name: t("filterVersion"), value: version, without: { version: null } },
		{ name: t("filterLabel"), value: label || null, without: { label: "" } },
		{ name: t("filterFinding"), value: finding, without: { finding: null } },
	].filter((one) => one.value !== null);
	if (set.length === 0) return null;
	return (
		<ul className="flex flex-wrap gap-1.5" aria-label={t("filterChips")}>
			{set.map(({ name, value, without }) => (
				<li key={name} className="inline-flex max-w-full items-center gap-1 rounded-md bg-info-soft py-0.5 pr-0.5 pl-2 text-xs">
					<span className="text-muted-foreground">{name}</span>
					<span className="truncate font-mono">{value}</span>
					<button
						type="button"
						aria-label={t("filterChipRemove", { name })}
						className="flex size-6 items-center justify-center rounded hover:bg-accent"
						onClick={() => onChange(without)}
					>
						<X className="size-3.5" aria-hidden="true" />
					</button>
				</li>
			))}
		</ul>
	);
});
