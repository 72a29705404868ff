"use client";

import { useTranslations } from "next-intl";
import { fieldWords } from "@/lib/field-words.ts";

/** What a changed field is called where it is entered; one that nothing names, as it is stored. */
export function useFieldName(): (field: string) => string {
	const t = useTranslations();
	return (field) =>
		fieldWords(field)
			?.map((word) => t(word))
			.join(" · ") ?? field;
}
