"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useCommand } from "@/components/shell/commands.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDay } from "@/lib/format.ts";
import { isLeftOut, nodeLogPath } from "@/lib/log-cut.ts";
import { sectionsByEdge } from "@/lib/log-lines.ts";
import { nextLogTimes } from "@/lib/log-times.ts";
import { isFinalRun } from "@/lib/run-status.ts";
import { LogFoot } from "./log-foot.tsx";
import { LeftOut, LogLineView } from "./log-line.tsx";
import { LogScroller } from "./log-scroller.tsx";
import { LogToolbar } from "./log-toolbar.tsx";
import { useLogPreferences } from "./preferences.ts";
import { useFailure } from "./use-failure.ts";
import { useFolds } from "./use-folds.ts";
import { useHit } from "./use-hit.ts";
import { useLineTime } from "./use-line-time.tsx";
import { useLogSearch } from "./use-log-search.ts";
import { useRunLog } from "./use-run-log.ts";

interface LogViewProps {
	run: RunView;
	/** Number of the line to show, from the address; a change scrolls there. */
	line: number | null;
	onLine: (line: number) => void;
	/** Of the scrolling part. */
	className?: string;
	/** As high as what holds it. */
	fill?: boolean;
}

const LINE_PX = 20;
/** This near to its end the view follows, in pixels. */
const NEAR_PX = 24;

/** A run's log: all its bytes, drawn a screen at a time. It follows the end only while the reader is there, and until the run fails. */
export function LogView({ run, line, onLine, className, fill = false }: LogViewProps) {
	const t = useTranslations("run");
	const timeZone = useTimeZone();
	const log = useRunLog(run.id, run.logBytes);
	const { reader, count } = log;
	const ended = isFinalRun(run);
	const [preferences, setPreferences] = useLogPreferences();
	const [query, setQuery] = useState("");
	/** Number of a line to bring into view as soon as it is held. */
	const [target, setTarget] = useState(line);
	const { folded, shown, setFolded, toggle, foldAll, unfoldAround } = useFolds(log);
	const [following, setFollowing] = useState(line === null);
	const [seen, setSeen] = useState(0);
	const scroller = useRef<HTMLElement | null>(null);
	const linked = useRef(line);
	/** Number of the line that it was brought to: that stays in view, also near the end, until the reader moves it. */
	const kept = useRef<number | null>(null);

	const search = useLogSearch(run.id, log, query);
	const goToHit = useCallback((number: number) => {
		setFollowing(false);
		setTarget(number);
	}, []);
	const { hit, step, reset } = useHit(search.hits, search.searching || reader.loading || reader.total < run.logBytes, goToHit);
	const sections = useMemo(() => sectionsByEdge(log.lines.sections), [log]);
	const onFailure = useCallback(
		(number: number, others: ReadonlySet<number> | null) => {
			setFollowing(false);
			if (others) setFolded(others);
			setTarget(number);
		},
		[setFolded],
	);
	const { error, failedLine } = useFailure({ log, run, linked: line !== null, following, onFailure });
	const timeOf = useLineTime(log, run, preferences.times);
	const rows = shown?.length ?? count;
	const indexOfRow = useCallback((row: number) => (shown ? (shown[row] ?? 0) : row), [shown]);

	const virtual = useVirtualizer({
		count: rows,
		getScrollElement: () => scroller.current,
		estimateSize: () => LINE_PX,
		overscan: 30,
		getItemKey: indexOfRow,
	});

	/** Brings a line into view, out of its fold if it lies in one. */
	const show = useCallback(
		(index: number) => {
			setFollowing(false);
			kept.current = log.lines.numberOf(index);
			const row = shown ? shown.indexOf(index) : index;
			if (row >= 0) virtual.scrollToIndex(row, { align: "center" });
			else unfoldAround(index);
		},
		[shown, virtual, unfoldAround, log],
	);

	// The address names another line than the one that was linked here.
	useEffect(() => {
		if (line === null || linked.current === line) return;
		linked.current = line;
		setTarget(line);
	}, [line]);

	// Shown once, as soon as it has come.
	useEffect(() => {
		if (target === null) return;
		// Unless another line is wanted by now.
		const reached = () => setTarget((wanted) => (wanted === target ? null : wanted));
		const index = log.lines.indexOf(target);
		if (index === null) {
			if (isLeftOut(reader.cut, target)) reached();
			else if (!reader.loading && reader.heldFrom > 0 && target < log.lines.firstLine) void reader.loadTo(target);
			return;
		}
		// First out of its fold, which draws anew.
		if (!shown || shown.includes(index)) reached();
		show(index);
		// The log itself may lie below what is seen of the page.
		if (target === linked.current) scroller.current?.scrollIntoView({ block: "nearest" });
	}, [target, log, reader, show, shown]);

	useEffect(() => {
		if (!following || rows === 0) return;
		virtual.scrollToIndex(rows - 1, { align: "end" });
		setSeen(count);
	}, [following, rows, count, virtual]);

	// Near the end there was no room below it when it was brought there.
	useEffect(() => {
		const index = following || kept.current === null ? null : log.lines.indexOf(kept.current);
		if (index === null || rows === 0) return;
		const row = shown ? shown.indexOf(index) : index;
		if (row >= 0) virtual.scrollToIndex(row, { align: "center" });
	}, [following, log, shown, rows, virtual]);

	const follow = () => {
		kept.current = null;
		setFollowing(true);
	};
	const fold = useCallback(
		(number: number) => {
			// What is unfolded is there to be read.
			if (folded.has(number)) setFollowing(false);
			toggle(number);
		},
		[folded, toggle],
	);
	const link = useCallback(
		(number: number) => {
			linked.current = number;
			onLine(number);
		},
		[onLine],
	);
	/** What was folded comes above or below what is read, which stays where it is. */
	const unfoldAll = () => {
		const { startIndex = 0, endIndex = 0 } = virtual.range ?? {};
		const rowOfError = error === null ? -1 : (shown?.indexOf(error) ?? -1);
		const row = rowOfError >= startIndex && rowOfError <= endIndex ? rowOfError : Math.floor((startIndex + endIndex) / 2);
		if (!following || ended) setTarget(log.lines.numberOf(indexOfRow(row)));
		setFolded(new Set());
	};
	// Where the cause is not among the lines held, the step that failed says where it began.
	const errorLine = error !== null ? log.lines.numberOf(error) : failedLine;
	const toError = errorLine === null ? null : () => setTarget(errorLine);
	const lineLeftOut = line !== null && isLeftOut(reader.cut, line) && log.lines.indexOf(line) === null;
	const unseen = following ? 0 : Math.max(0, count - seen);
	useCommand("log.follow", follow);
	useCommand("log.error", toError);
	useCommand("log.wrap", () => setPreferences({ wrap: !preferences.wrap }));
	useCommand("log.times", () => setPreferences({ times: nextLogTimes(preferences.times) }));

	return (
		<div className={cn("flex min-h-0 min-w-0 flex-col rounded-md border bg-log", fill && "h-full min-h-60")}>
			<LogToolbar
				run={run}
				query={query}
				onQuery={(text) => {
					setQuery(text);
					reset();
				}}
				search={search}
				hit={hit}
				onStep={step}
				preferences={preferences}
				onPreferences={setPreferences}
				onError={toError}
				canFold={log.lines.sections.length > 0}
				folded={folded.size > 0}
				onFoldAll={(all) => (all ? foldAll() : unfoldAll())}
				text={() => new TextDecoder().decode(reader.bytes())}
			/>
			{reader.error ? <ProblemAlert error={reader.error} className="m-2" /> : null}
			{search.error ? <ProblemAlert error={search.error} className="m-2" /> : null}
			{lineLeftOut ? (
				<p role="status" className="border-b bg-warning-soft px-2 py-1 text-xs">
					{t("log.lineLeftOut", { line, path: nodeLogPath(run.id) })}
				</p>
			) : null}
			{reader.heldFrom > 0 ? (
				<div className="flex flex-wrap items-center gap-2 border-b px-2 py-1 text-muted-foreground text-xs">
					<span>{t("log.partial", { line: log.lines.firstLine })}</span>
					<Button size="sm" busy={reader.loading} onClick={() => void reader.loadEarlier()}>
						{t("log.earlier")}
					</Button>
					<Button size="sm" busy={reader.loading} onClick={() => void reader.loadAll()}>
						{t("log.all")}
					</Button>
				</div>
			) : null}
			<div className="relative min-h-0 flex-1">
				<LogScroller
					ref={scroller}
					label={t("log.region", { node: run.nodeName })}
					className={cn("overflow-auto py-1 font-mono text-xs", fill ? "h-full" : "h-96", className)}
					onReader={() => {
						kept.current = null;
					}}
					onScroll={(element) => {
						if (kept.current !== null) return;
						const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
						if (!near && following) setSeen(count);
						setFollowing(near);
					}}
				>
					{count === 0 ? (
						<p className="px-3 py-2 font-sans text-muted-foreground text-sm">
							{reader.loading
								? t("log.loading")
								: run.logRemovedAt
									? t("log.removed", { day: formatDay(Date.parse(run.logRemovedAt), timeZone) })
									: ended
										? t("log.none")
										: t("log.notYet")}
						</p>
					) : null}
					<div style={{ height: virtual.getTotalSize() }} className="relative min-w-full">
						{virtual.getVirtualItems().map((item) => {
							const index = indexOfRow(item.index);
							const one = log.lines.lines[index];
							if (!one) return null;
							const number = log.lines.numberOf(index);
							return (
								<div
									key={item.key}
									data-index={item.index}
									ref={preferences.wrap ? virtual.measureElement : undefined}
									className={cn("absolute top-0 left-0 min-w-full", preferences.wrap && "w-full")}
									style={{ transform: `translateY(${item.start}px)` }}
								>
									{one.marker?.kind === "left-out" ? (
										<LeftOut bytes={one.marker.bytes} lines={one.marker.lines} runId={run.id} />
									) : (
										<LogLineView
											line={one}
											number={number}
											section={sections.get(index) ?? null}
											folded={folded.has(number)}
											onFold={fold}
											onLink={link}
											query={query}
											current={hit === number}
											linked={line === number}
											timeOf={timeOf}
											index={index}
											wrap={preferences.wrap}
											runId={run.id}
											t={t}
										/>
									)}
								</div>
							);
						})}
					</div>
				</LogScroller>
				{unseen > 0 && !ended ? (
					<Button variant="primary" size="sm" className="absolute right-4 bottom-3 shadow-lg" onClick={follow}>
						<ArrowDown aria-hidden="true" />
						{t("log.newLines", { count: unseen })}
					</Button>
				) : null}
			</div>
			<LogFoot log={log} run={run} following={following && !ended} onFollow={follow} />
		</div>
	);
}
