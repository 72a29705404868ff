"use client";

import { useTranslations } from "next-intl";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";

/** What a template is called; longer than the server takes it cannot become. */
export function TemplateName({ value, onChange }: { value: string; onChange: (name: string) => void }) {
	const t = useTranslations("templates");
	return (
		<Field label={t("name")} required>
			<Input required maxLength={100} value={value} onChange={(event) => onChange(event.target.value)} />
		</Field>
	);
}
