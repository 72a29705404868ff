"use client";

import { useTranslations } from "next-intl";
import { absentCanaries } from "@/lib/absent-canaries.ts";
import type { MigrationView, RunView } from "@/lib/contracts/run.ts";
import { firstNames } from "@/lib/format.ts";

/** Says before the start that canaries which were named cannot go, and what comes of it. Nothing where all can. */
export function AbsentCanaries({ migration, runs }: { migration: MigrationView; runs: readonly RunView[] }) {
	const t = useTranslations("migration");
	const absent = absentCanaries(migration, runs);
	if (absent === null) return null;
	const { names, othersGo } = absent;
	return (
		<p role="status" data-absent-canaries className="rounded-md border border-warning/50 bg-warning-soft px-3 py-2 text-sm">
			{t("canariesAbsent", { count: names.length, nodes: firstNames(names) })} {t(othersGo ? "canariesAbsentOthers" : "canariesAbsentNone")}
		</p>
	);
}
