"use client";

import { useTranslations } from "next-intl";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { useCommand } from "@/components/shell/commands.tsx";
import { useLiveState } from "@/components/shell/live.tsx";
import { SearchField } from "@/components/ui/search-field.tsx";
import { Split } from "@/components/ui/split.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { useNarrow, useWide } from "@/components/ui/width.ts";
import { cn } from "@/lib/class-names.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { problemsFirst } from "@/lib/run-counts.ts";
import { gridMode, latestRuns, MOST_STEP_ROWS } from "@/lib/run-grid.ts";
import { ApprovalCard } from "./approval-card.tsx";
import { Decisions } from "./decisions.tsx";
import { EndBand } from "./end-band.tsx";
import { EventsDrawer } from "./events-drawer.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { NodePanel } from "./node-panel.tsx";
import { OutBar } from "./out-bar.tsx";
import { ReadingNodes } from "./reading-nodes.tsx";
import { useRunAddress } from "./run-address.ts";
import type { GridChoice } from "./run-grid.tsx";
import { RunHead } from "./run-head.tsx";
import { RunNodes } from "./run-nodes.tsx";
import { StaleNote } from "./stale-note.tsx";
import { WaveLine } from "./wave-line.tsx";

interface RunPageProps {
	detail: MigrationDetail;
	/** When the console last told anything of it, by this browser's clock. */
	readAtMs: number;
}

/** With a panel beside the nodes all of it is on one screen, below the top bar and within the page's margins; what does not fit scrolls in its part. */
const FILLS_SCREEN = "min-h-[calc(100dvh-5rem)]";

/** A migration that was started: what happens on each node, as it happens. */
export const RunPage = memo(function RunPage({ detail, readAtMs }: RunPageProps) {
	const t = useTranslations("migration");
	const now = useServerNow();
	const live = useLiveState();
	const [address, setAddress] = useRunAddress();
	const [problems, setProblems] = useState(false);
	const [filter, setFilter] = useState("");
	const narrow = useNarrow();
	const wide = useWide();
	const panel = useRef<HTMLDivElement>(null);
	const nodes = useRef<HTMLDivElement>(null);

	// Silence makes an order of problems another one; without it time alone changes nothing.
	const moment = problems ? now : 0;
	const newest = useMemo(() => latestRuns(detail.runs), [detail.runs]);
	const mode = gridMode(newest.length);
	const earlier = useMemo(() => new Map(newest.map((one) => [one.run.nodeId, one.earlier.length])), [newest]);
	const shown = useMemo(() => {
		const wanted = filter.trim().toLowerCase();
		const runs = newest.map((one) => one.run).filter((run) => run.nodeName.toLowerCase().includes(wanted));
		// Excluded nodes have no steps; they come last and stay in the record.
		const sorted = problems ? problemsFirst(runs, moment) : runs;
		return [...sorted.filter((run) => run.state !== "skipped"), ...sorted.filter((run) => run.state === "skipped")];
	}, [newest, filter, problems, moment]);
	const chosen = newest.find((one) => one.run.nodeName === address.node) ?? (newest.length === 1 ? newest[0] : undefined);

	const beside = wide && chosen !== undefined;

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
	// The focus goes back to where the panel was opened from.
	const close = (node: string) => {
		nodes.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(node)}"] button`)?.focus();
		setAddress({ node: null, step: null, line: null, tab: null });
	};
	// On a phone what was chosen is shown below many others.
	useEffect(() => {
		if (narrow && address.node !== null) panel.current?.scrollIntoView({ block: "start" });
	}, [narrow, address.node]);

	return (
		<>
			<div className={cn("flex min-w-0 flex-col gap-4", beside && FILLS_SCREEN)}>
				<RunHead detail={detail} />
				<EndBand detail={detail} />
				<ReadingNodes count={detail.reading} />
				<div className="divide-y rounded-lg border bg-card">
					<OutBar detail={detail} />
					<WaveLine detail={detail} />
				</div>
				{live === "polling" ? (
					<p role="status" className="rounded-md border border-warning/50 bg-warning-soft px-3 py-1.5 text-sm">
						{t("pollingBanner")}
					</p>
				) : null}
				<NeedsYou detail={detail} onOpen={chooseNode} />
				<ApprovalCard detail={detail} />
				<Split
					beside={beside}
					label={t("panelWidth")}
					storageKey="gantry.run-page.split"
					first={
						<>
							{newest.length > MOST_STEP_ROWS ? (
								<div className="flex flex-wrap items-center gap-x-4 gap-y-2">
									<SearchField label={t("filterNodes")} value={filter} onSearch={setFilter} />
									<Switch checked={problems} onCheckedChange={setProblems} label={t("problemsFirst")} />
									<span className="text-muted-foreground text-sm">{t("shownOf", { shown: shown.length, total: newest.length })}</span>
								</div>
							) : null}
							<div ref={nodes} className={cn("flex min-w-0 flex-col", beside && "min-h-0 flex-1")}>
								<StaleNote readAtMs={readAtMs} className={beside ? "min-h-0" : undefined}>
									<RunNodes
										detail={detail}
										runs={shown}
										mode={mode}
										earlier={earlier}
										chosenNode={chosen?.run.nodeName ?? null}
										chosenStep={address.step}
										beside={beside}
										onChoose={choose}
									/>
								</StaleNote>
							</div>
						</>
					}
					second={
						chosen ? (
							<div ref={panel} className={cn("min-w-0 scroll-mt-14", beside && "flex min-h-0 flex-1 flex-col")}>
								<NodePanel
									key={chosen.run.nodeId}
									run={chosen.run}
									earlier={chosen.earlier}
									address={address}
									fill={beside}
									onAddress={setAddress}
									onClose={newest.length > 1 ? () => close(chosen.run.nodeName) : null}
								/>
							</div>
						) : (
							<p className="text-muted-foreground text-sm">{t("chooseNode")}</p>
						)
					}
				/>
			</div>
			<Decisions detail={detail} />
			<EventsDrawer events={detail.events} />
		</>
	);
});
