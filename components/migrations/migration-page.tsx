"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { PageBeingRead, PageNotRead } from "@/components/ui/unread-page.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import { useCalm } from "./use-calm.ts";

// A migration is at one of them at a time, and each is much code.
const Review = dynamic(() => import("./review.tsx").then((file) => file.Review), { ssr: false, loading: Reading });
const RunPage = dynamic(() => import("./run-page.tsx").then((file) => file.RunPage), { ssr: false, loading: Reading });

/** Changes are shown at most so often. Milliseconds. */
const CALM_MS = 100;

/** One address for a migration's whole life: its review while it is a draft or scheduled, then its run page. */
export function MigrationPage({ migrationId }: { migrationId: string }) {
	const t = useTranslations("migration");
	const detail = useQuery({
		queryKey: keys.migrations.detail(migrationId),
		queryFn: ({ signal }) => api.migration(migrationId, signal),
	});
	const { data, dataUpdatedAt: readAtMs } = detail;
	// Together: its time alone would draw the whole page again with each message.
	const read = useMemo(() => ({ data, readAtMs }), [data, readAtMs]);
	const calm = useCalm(read, CALM_MS);
	// Another migration's while the page has just become this one's.
	const shown = calm.data?.migration.id === migrationId ? calm : read;
	if (detail.isPending) return <Reading />;
	if (!shown.data) return <PageNotRead title={t("one")} list={{ label: t("title"), href: "/migrations" }} read={detail} />;
	const { state } = shown.data.migration;
	if (state === "draft" || state === "scheduled") return <Review key={migrationId} detail={shown.data} />;
	return <RunPage detail={shown.data} readAtMs={shown.readAtMs} />;
}

function Reading() {
	const t = useTranslations("migration");
	return <PageBeingRead list={{ label: t("title"), href: "/migrations" }} />;
}
