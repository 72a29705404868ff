"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { Select } from "@/components/ui/select.tsx";
import { api } from "@/lib/api-client.ts";
import type { ReadableTemplate } from "@/lib/migration-draft.ts";
import { keys } from "@/lib/query-keys.ts";

/** Offers the templates that there are; nothing where there is none. */
export function TemplateSelect({ onUse }: { onUse: (template: ReadableTemplate) => void }) {
	const t = useTranslations("templates");
	const [used, setUsed] = useState<string | null>(null);
	const templates = useQuery({ queryKey: keys.templates.all, queryFn: ({ signal }) => api.templates(signal) });
	if (templates.error) return <ProblemAlert error={templates.error} onRetry={() => void templates.refetch()} />;
	if (!templates.data || templates.data.length === 0) return null;
	const chosen = templates.data.find((one) => one.id === used);
	return (
		<Field label={t("from")} hint={chosen?.description || t("fromHint")} className="max-w-72">
			<Select
				placeholder={t("choose")}
				options={templates.data.map(({ id, name, policy }) => ({
					value: id,
					label: policy === null ? t("unreadableOption", { name }) : name,
					disabled: policy === null,
				}))}
				value={chosen?.id ?? null}
				onValueChange={(id) => {
					const template = templates.data.find((one) => one.id === id);
					if (!template?.policy) return;
					setUsed(id);
					onUse({ ...template, policy: template.policy });
				}}
			/>
		</Field>
	);
}
