"use client";

import { useTranslations } from "next-intl";
import { codeKey } from "@/lib/message.ts";

/** What an action is called; one that this version does not know, by its code. */
export function useActionName(): (action: string) => string {
	const t = useTranslations("audit");
	return (action) => {
		const key = `actions.${codeKey(action)}`;
		return t.has(key) ? t(key) : action;
	};
}
