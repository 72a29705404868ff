"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useState } from "react";
import { useRunStatusText } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { api } from "@/lib/api-client.ts";
import { type CommandId, commandKey, definitionOf } from "@/lib/commands.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { type PaletteEntry, paletteEntry } from "@/lib/palette.ts";
import { keys } from "@/lib/query-keys.ts";

/** The newest of each; older ones are found by what is typed. */
const MOST = 100;
/** A moment after the last key, so that not every letter asks the server. Milliseconds. */
const PAUSE_MS = 250;

/** Everything that the palette can find: what the page has read already at once, the rest as it comes. */
export function usePaletteEntries(query: string, ids: readonly CommandId[]): { entries: readonly PaletteEntry[]; loading: boolean } {
	const t = useTranslations("shell");
	const tMigration = useTranslations("migration");
	const tRun = useTranslations("run");
	const statusText = useRunStatusText();
	const now = useServerNow();
	const asked = usePaused(query.trim());
	const clusters = useQuery({ queryKey: keys.clusters.list(), queryFn: ({ signal }) => api.clusters(signal) });
	const nodes = useQuery({ queryKey: keys.nodes.list(), queryFn: ({ signal }) => api.nodes(undefined, signal) });
	const filter = { limit: MOST };
	const migrations = useQuery({ queryKey: keys.migrations.list(filter), queryFn: ({ signal }) => api.migrations(filter, signal) });
	const newest = useQuery({ queryKey: keys.runs.list(filter), queryFn: ({ signal }) => api.runs(filter, signal) });
	const search = { q: asked, limit: 20 };
	const searched = useQuery({
		queryKey: keys.runs.list(search),
		queryFn: ({ signal }) => api.runs(search, signal),
		enabled: asked.length >= 2,
		placeholderData: keepPreviousData,
	});

	const commands = useMemo(
		() =>
			[...ids]
				.filter((id) => definitionOf(id).palette !== false)
				// What the page itself offers comes first.
				.sort((one, other) => Number(isGeneral(one)) - Number(isGeneral(other)))
				.map((id) => {
					const page = definitionOf(id).scope === "go";
					const label = t(`commands.${commandKey(id)}`);
					const hint = page ? "" : t(`scopes.${definitionOf(id).scope}`);
					return paletteEntry({ id: `command:${id}`, kind: page ? "page" : "command", label, hint, href: null }, id);
				}),
		[ids, t],
	);
	const places = useMemo(
		() =>
			(clusters.data ?? []).map(({ id, name, server }) =>
				paletteEntry({ id: `cluster:${id}`, kind: "cluster", label: name, hint: server ?? "", href: `/clusters/${id}` }),
			),
		[clusters.data],
	);
	const machines = useMemo(
		() =>
			(nodes.data ?? []).map((node) => {
				const hint = [node.clusterName, node.address, node.runtimeText].filter(Boolean).join(" · ");
				return paletteEntry(
					{ id: `node:${node.id}`, kind: "node", label: node.name, hint, href: `/nodes/${node.id}` },
					node.api?.internalIp,
				);
			}),
		[nodes.data],
	);
	const moves = useMemo(
		() =>
			(migrations.data?.migrations ?? []).map(({ id, direction, ticket, reason, clusterName, state, createdBy }) => {
				const what = tMigration(direction === "migrate" ? "oneMigrate" : "oneRollback");
				const hint = [what, clusterName, tMigration(`state.${state}`)].join(" · ");
				return paletteEntry(
					{ id: `migration:${id}`, kind: "migration", label: ticket || reason || id, hint, href: `/migrations/${id}` },
					reason,
					createdBy,
					state,
					id,
				);
			}),
		[migrations.data, tMigration],
	);
	const runs = useMemo(() => {
		const tickets = new Map((migrations.data?.migrations ?? []).map(({ id, ticket }) => [id, ticket]));
		const known = new Map<string, RunView>();
		for (const run of [...(newest.data?.runs ?? []), ...(searched.data?.runs ?? [])]) known.set(run.id, run);
		// The server has looked into more than is shown here: what it found for these words is found.
		const found = new Set((searched.data?.runs ?? []).map(({ id }) => id));
		return [...known.values()].map((run) => {
			const ticket = tickets.get(run.migrationId) ?? "";
			const hint = [tRun(run.direction), run.clusterName, statusText(run, now), ticket].filter(Boolean).join(" · ");
			return paletteEntry(
				{ id: `run:${run.id}`, kind: "run", label: run.nodeName, hint, href: `/runs/${run.id}` },
				run.state,
				run.id,
				found.has(run.id) ? asked : "",
			);
		});
	}, [newest.data, searched.data, migrations.data, asked, tRun, statusText, now]);

	const entries = useMemo(() => [...commands, ...places, ...machines, ...moves, ...runs], [commands, places, machines, moves, runs]);
	return { entries, loading: [clusters, nodes, migrations, newest].some(({ isPending }) => isPending) };
}

function isGeneral(id: CommandId): boolean {
	const { scope } = definitionOf(id);
	return scope === "general" || scope === "go";
}

function usePaused(text: string): string {
	const [paused, setPaused] = useState(text);
	useEffect(() => {
		const timer = setTimeout(() => setPaused(text), PAUSE_MS);
		return () => clearTimeout(timer);
	}, [text]);
	return paused;
}
