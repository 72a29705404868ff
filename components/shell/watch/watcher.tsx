"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from "react";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { MigrationView, RunView } from "@/lib/contracts/run.ts";
import { type KnownMigration, migrationNotice, type Notice, runNeeds, runNotice } from "@/lib/notice.ts";
import { keys } from "@/lib/query-keys.ts";
import { useStream } from "../live.tsx";
import { notify, useNotificationChoice } from "./browser-notification.ts";
import { useCountUnseen } from "./tab-title.tsx";
import { isWatched, rememberWatched, watchedAny } from "./watched.ts";

type Watch = (migration: MigrationView, runs: readonly RunView[]) => void;
const Context = createContext<Watch | null>(null);

const NEWEST = { limit: 100 };

/** Tells of migrations that somebody has opened here when they end or need a person: by a toast, the title, a notification. */
export function Watcher({ children }: { children: ReactNode }) {
	const stream = useStream();
	const queries = useQueryClient();
	const known = useRef(new Map<string, KnownMigration>());
	const needs = useRef(new Map<string, ReturnType<typeof runNeeds>>());
	const remembered = useRef(new Set<string>());
	const tell = useTell();
	const latest = useRef(tell);
	useEffect(() => {
		latest.current = tell;
	});
	useEffect(() => {
		const hear = (migration: MigrationView) => {
			const notice = migrationNotice(known.current.get(migration.id), migration);
			known.current.set(migration.id, { state: migration.state, stateWhy: migration.stateWhy });
			if (notice && isWatched(migration.id)) latest.current(notice);
		};
		const hearRun = (run: RunView) => {
			const notice = runNotice(needs.current.get(run.id), run);
			needs.current.set(run.id, runNeeds(run));
			if (notice && isWatched(run.migrationId)) latest.current(notice);
		};
		// What was missed, or how things stood before this tab was opened.
		const catchUp = async () => {
			if (!watchedAny()) return;
			const read = { queryKey: keys.migrations.list(NEWEST), queryFn: () => api.migrations(NEWEST) };
			const list = await queries.fetchQuery({ ...read, staleTime: 0 }).catch(() => null);
			for (const migration of list?.migrations ?? []) hear(migration);
		};
		void catchUp();
		const stops = [
			stream.subscribe("migration", ({ migration }) => hear(migration)),
			stream.subscribe("run", ({ run }) => hearRun(run)),
			stream.onRecovered(() => void catchUp()),
		];
		return () => {
			for (const stop of stops) stop();
		};
	}, [stream, queries]);
	const watch: Watch = useMemo(
		() => (migration, runs) => {
			if (!remembered.current.has(migration.id)) rememberWatched(migration.id);
			remembered.current.add(migration.id);
			// What the page shows already is no news.
			if (!known.current.has(migration.id)) known.current.set(migration.id, { state: migration.state, stateWhy: migration.stateWhy });
			for (const run of runs) if (!needs.current.has(run.id)) needs.current.set(run.id, runNeeds(run));
		},
		[],
	);
	return <Context value={watch}>{children}</Context>;
}

const OVER: readonly MigrationView["state"][] = ["done", "done-with-failures", "cancelled"];
const NO_RUNS: readonly RunView[] = [];

/** Whoever shows a migration that is not over watches it, in every tab, from then on. */
export function useWatch(migration: MigrationView, runs: readonly RunView[] = NO_RUNS): void {
	const watch = useContext(Context);
	if (!watch) throw new Error("useWatch outside Watcher");
	const over = OVER.includes(migration.state);
	useEffect(() => {
		if (!over) watch(migration, runs);
	}, [watch, migration, runs, over]);
}

function useTell(): (notice: Notice) => void {
	const t = useTranslations("shell");
	const needs = useTranslations("overview");
	const router = useRouter();
	const countUnseen = useCountUnseen();
	const [wanted] = useNotificationChoice();
	return (notice) => {
		const { code, values, href, key } = notice;
		const text =
			code === "done" || code === "done-with-failures" || code === "cancelled"
				? t(`ended.${code}`, values)
				: needs(`needs.${code}`, values);
		const open = () => router.push(href);
		countUnseen();
		if (window.location.pathname !== href.split("?")[0]) {
			const show = code === "done" ? toast.success : code === "cancelled" ? toast.info : toast.warning;
			show(text, { id: key, action: { label: t("noticeOpen"), onClick: open }, duration: 15_000 });
		}
		if (wanted) void notify({ key, title: "Gantry", body: text, onOpen: open });
	};
}
