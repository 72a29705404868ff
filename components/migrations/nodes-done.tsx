"use client";

import { useTranslations } from "next-intl";
import type { NodeCounts } from "@/lib/node-counts.ts";

/** How many nodes of a migration are done; where all of them are left out, that there is nothing to do. */
export function NodesDone({ counts: { total, done, leftOut, noneGoes } }: { counts: NodeCounts }) {
	const t = useTranslations("migration");
	return noneGoes ? t("noneGoes", { count: leftOut }) : t("doneOf", { done, total });
}
