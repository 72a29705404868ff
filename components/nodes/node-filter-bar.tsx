"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Select } from "@/components/ui/select.tsx";
import { type NodeFilter, ROLE_GROUPS, RUNTIME_GROUPS } from "@/lib/node-filter.ts";

interface NodeFilterBarProps {
	filter: NodeFilter;
	onChange: (filter: NodeFilter) => void;
	shown: number;
	total: number;
}

const ANY = "any";
const RUNTIME = { docker: "runtimeDocker", containerd: "runtimeContainerd", other: "runtimeOther" } as const;
const ROLE = { "control-plane": "roleControlPlane", worker: "roleWorker" } as const;

export function NodeFilterBar({ filter, onChange, shown, total }: NodeFilterBarProps) {
	const t = useTranslations("nodes");
	// The address follows a moment later: a box that shows only what stands there loses the keys of whoever types fast.
	const [typed, setTyped] = useState<string | null>(null);
	const narrowed = filter.text !== "" || filter.runtime !== null || filter.role !== null;
	return (
		<div className="flex flex-wrap items-center gap-2">
			<div className="relative min-w-48 max-w-96 flex-1">
				<Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-4 text-muted-foreground" aria-hidden="true" />
				<Input
					type="search"
					className="pl-8"
					aria-label={t("filterText")}
					placeholder={t("filterText")}
					value={typed ?? filter.text}
					onChange={(event) => {
						setTyped(event.target.value);
						onChange({ ...filter, text: event.target.value });
					}}
					onBlur={() => setTyped(null)}
				/>
			</div>
			<Select
				aria-label={t("filterRuntime")}
				value={filter.runtime ?? ANY}
				onValueChange={(value) => onChange({ ...filter, runtime: RUNTIME_GROUPS.find((one) => one === value) ?? null })}
				options={[{ value: ANY, label: t("runtimeAny") }, ...RUNTIME_GROUPS.map((one) => ({ value: one, label: t(RUNTIME[one]) }))]}
			/>
			<Select
				aria-label={t("filterRole")}
				value={filter.role ?? ANY}
				onValueChange={(value) => onChange({ ...filter, role: ROLE_GROUPS.find((one) => one === value) ?? null })}
				options={[{ value: ANY, label: t("roleAny") }, ...ROLE_GROUPS.map((one) => ({ value: one, label: t(ROLE[one]) }))]}
			/>
			<p className="text-muted-foreground text-xs" aria-live="polite">
				{narrowed ? t("shownOf", { shown, total }) : t("total", { total })}
			</p>
			{narrowed ? (
				<Button
					variant="ghost"
					size="sm"
					onClick={() => {
						setTyped(null);
						onChange({ text: "", runtime: null, role: null });
					}}
				>
					{t("filterClear")}
				</Button>
			) : null}
		</div>
	);
}
