"use client";

import { useTranslations } from "next-intl";
import { useCallback, useMemo, useState } from "react";
import { EventsList } from "@/components/runs/events-list.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { useCommand } from "@/components/shell/commands.tsx";
import { useLiveState } from "@/components/shell/live.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ScrollWhenNeeded } from "@/components/ui/scroll-when-needed.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import type { MigrationDetail } from "@/lib/contracts/api.ts";
import { problemsFirst } from "@/lib/run-counts.ts";
import { gridMode, latestRuns, MOST_STEP_ROWS } from "@/lib/run-grid.ts";
import { ApprovalCard } from "./approval-card.tsx";
import { Decisions } from "./decisions.tsx";
import { EndBand } from "./end-band.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { NodePanel } from "./node-panel.tsx";
import { OutBar } from "./out-bar.tsx";
import { useRunAddress } from "./run-address.ts";
import { type GridChoice, RunGrid } from "./run-grid.tsx";
import { RunHead } from "./run-head.tsx";
import { RunTiles } from "./run-tiles.tsx";
import { RunVirtualTable } from "./run-virtual-table.tsx";
import { WaveLine } from "./wave-line.tsx";

/** A migration that was started: what happens on each node, as it happens. */
export function RunPage({ detail }: { detail: MigrationDetail }) {
	const t = useTranslations("migration");
	const now = useServerNow();
	const live = useLiveState();
	const [address, setAddress] = useRunAddress();
	const [problems, setProblems] = useState(false);
	const [filter, setFilter] = useState("");

	const newest = useMemo(() => latestRuns(detail.runs), [detail.runs]);
	const mode = gridMode(newest.length);
	const earlier = useMemo(() => new Map(newest.map((one) => [one.run.nodeId, one.earlier.length])), [newest]);
	const shown = useMemo(() => {
		const wanted = filter.trim().toLowerCase();
		const runs = newest.map((one) => one.run).filter((run) => run.nodeName.toLowerCase().includes(wanted));
		// Excluded nodes have no steps; they come last and stay in the record.
		const sorted = problems ? problemsFirst(runs, now) : runs;
		return [...sorted.filter((run) => run.state !== "skipped"), ...sorted.filter((run) => run.state === "skipped")];
	}, [newest, filter, problems, now]);
	const chosen = newest.find((one) => one.run.nodeName === address.node) ?? (newest.length === 1 ? newest[0] : undefined);

	const choose = useCallback(
		({ node, step, line }: GridChoice) => {
			setAddress({ node, step, line, tab: step !== null && line === null ? "steps" : "log" });
		},
		[setAddress],
	);
	// In the order in which they are drawn, round and round.
	const step = (by: number) => {
		const at = shown.findIndex((run) => run.nodeName === chosen?.run.nodeName);
		const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : (at + by + shown.length) % shown.length];
		if (next) setAddress({ node: next.nodeName, step: null, line: null });
	};
	useCommand("migration.previous-node", shown.length > 1 ? () => step(-1) : null);
	useCommand("migration.next-node", shown.length > 1 ? () => step(1) : null);
	const chooseNode = useCallback((node: string) => choose({ node, step: null, line: null }), [choose]);

	return (
		<>
			<RunHead detail={detail} />
			<EndBand detail={detail} />
			<OutBar detail={detail} />
			<WaveLine detail={detail} />
			{live === "polling" ? (
				<p role="status" className="rounded-md border border-warning/50 bg-warning-soft px-3 py-1.5 text-sm">
					{t("pollingBanner")}
				</p>
			) : null}
			<ApprovalCard detail={detail} />
			<NeedsYou detail={detail} onOpen={chooseNode} />
			{newest.length > MOST_STEP_ROWS ? (
				<div className="flex flex-wrap items-center gap-4">
					<Input
						type="search"
						aria-label={t("filterNodes")}
						placeholder={t("filterNodes")}
						className="w-60"
						value={filter}
						onChange={(event) => setFilter(event.target.value)}
					/>
					<Switch checked={problems} onCheckedChange={setProblems} label={t("problemsFirst")} />
					<span className="text-muted-foreground text-sm">{t("shownOf", { shown: shown.length, total: newest.length })}</span>
				</div>
			) : null}
			{mode === "tiles" ? (
				<>
					<RunTiles runs={shown} chosenNode={address.node} onChoose={chooseNode} />
					<RunVirtualTable runs={shown} chosenNode={address.node} onChoose={chooseNode} />
				</>
			) : (
				<RunGrid
					runs={shown}
					mode={mode}
					earlier={earlier}
					chosenNode={chosen?.run.nodeName ?? null}
					chosenStep={address.step}
					onChoose={choose}
				/>
			)}
			{chosen ? (
				<NodePanel key={chosen.run.nodeId} run={chosen.run} earlier={chosen.earlier} address={address} onAddress={setAddress} />
			) : (
				<p className="text-muted-foreground text-sm">{t("chooseNode")}</p>
			)}
			<Decisions detail={detail} />
			<details className="rounded-lg border bg-card px-4 py-2.5">
				<summary className="cursor-pointer font-medium">{t("events", { count: detail.events.length })}</summary>
				<ScrollWhenNeeded label={t("events", { count: detail.events.length })} className="mt-2 max-h-96 overflow-y-auto">
					<EventsList events={detail.events} withNode />
				</ScrollWhenNeeded>
			</details>
		</>
	);
}
