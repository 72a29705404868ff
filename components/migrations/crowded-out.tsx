"use client";

import { useTranslations } from "next-intl";

/** Why nothing goes out though nothing has failed, and what to do. */
export function CrowdedOut({ nodes, most }: { nodes: readonly string[]; most: number }) {
	const t = useTranslations("migration");
	return t("crowdedOut", { nodes: nodes.join(", "), count: nodes.length, most });
}
