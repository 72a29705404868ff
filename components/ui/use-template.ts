"use client";

import { useMessages } from "next-intl";
import { useCallback } from "react";
import type { Template } from "@/lib/template.ts";

/** The sentence under a key of the catalogue, its areas and dots included, as the build has made it: to see what it asks for. */
export function useTemplate(): (key: string) => Template {
	const messages = useMessages();
	return useCallback(
		(key) => {
			let at: unknown = messages;
			for (const name of key.split(".")) at = typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined;
			return typeof at === "string" || Array.isArray(at) ? at : "";
		},
		[messages],
	);
}
