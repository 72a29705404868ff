"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";

/** How many nodes of a migration are read now, as its page has it. */
export function useReading(migrationId: string): number {
	const { data } = useQuery({
		queryKey: keys.migrations.detail(migrationId),
		queryFn: ({ signal }) => api.migration(migrationId, signal),
		select: ({ reading }) => reading,
		enabled: false,
	});
	return data ?? 0;
}

/** Nodes are read before anything else happens, which takes as long as the slowest; nobody has to stay for it. Nothing where none is. */
export function ReadingNodes({ count }: { count: number }) {
	const t = useTranslations("migration");
	if (count === 0) return null;
	return (
		<p role="status" data-reading={count} className="rounded-md border border-info/40 bg-card px-3 py-2 text-sm">
			{t("readingNodes", { count })}
		</p>
	);
}
