"use client";

import { CircleStop, Gauge, Pause, Play, Plus, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { useCommand, useSingleKeys } from "@/components/shell/commands.tsx";
import { useTabTitle } from "@/components/shell/watch/tab-title.tsx";
import { useWatch } from "@/components/shell/watch/watcher.tsx";
import { SaveTemplate } from "@/components/templates/save-template.tsx";
import { Button } from "@/components/ui/button.tsx";
import { isFocusFree } from "@/components/ui/kept-focus.ts";
import { Msg } from "@/components/ui/message.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { formatDuration } from "@/lib/format.ts";
import { GATE_WORDS } from "@/lib/gate-words.ts";
import { countRuns } from "@/lib/run-counts.ts";
import { latestRuns } from "@/lib/run-grid.ts";
import { migrationTitle } from "@/lib/tab-title.ts";
import { ownTimes, timeLeft } from "@/lib/time-left.ts";
import { wayBackOf } from "@/lib/way-back.ts";
import { AddNodesDialog } from "./add-nodes-dialog.tsx";
import { Approvers } from "./approvers.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import { LastDecision } from "./last-decision.tsx";
import { isOver, MigrationStateBadge } from "./migration-state.tsx";
import { PaceDialog } from "./pace-dialog.tsx";
import { TimeLeft } from "./time-left.tsx";
import { useDecide } from "./use-decide.tsx";
import { useGoOn } from "./use-go-on.tsx";
import { usePastDurations } from "./use-past-durations.ts";

/** Held, and going on needs more than a button: nothing, or a reason. */
const DECIDED_ELSEWHERE = ["migration.rolling-back", "migration.held-for-pods"];
/** Said also when all is over. */
const LAST_WORDS = ["migration.rolled-back", "migration.roll-back-failed"];

/** Who, why, how far and how long; and what can be done to all of it. */
export function RunHead({ detail }: { detail: MigrationDetail }) {
	const { migration, runs } = detail;
	const t = useTranslations("migration");
	const now = useServerNow();
	const { decide, busyWith, error, dialog } = useDecide(migration);
	const [paused, setPaused] = useState(false);
	const [pacing, setPacing] = useState(false);
	const [adding, setAdding] = useState(false);
	const [cancelling, setCancelling] = useState(false);
	const { state } = migration;
	// While it is held, it stands where a person is needed.
	const wayBack = isOver(state) ? wayBackOf(migration) : null;
	const [singleKeys] = useSingleKeys();
	useWatch(migration, runs);
	useTabTitle(migrationTitle(migration, countRuns(runs), t(`state.${state}`)));
	const nodes = latestRuns(runs).length;
	const measured = ownTimes(runs) !== null;
	const past = usePastDurations(migration.id, state === "running" && !measured);
	const left = now > 0 && (measured || past.data) ? timeLeft({ migration, runs, past: past.data?.measured ?? null, nowMs: now }) : null;
	const startedMs = migration.startedAt === null ? null : Date.parse(migration.startedAt);
	const endMs = migration.endedAt === null ? now : Date.parse(migration.endedAt);
	const can = {
		pause: state === "running",
		resume: state === "paused" || (state === "held" && !DECIDED_ELSEWHERE.includes(migration.stateWhy?.code ?? "")),
		pace: state === "running" || state === "paused" || state === "held",
		add: state === "paused" || state === "held",
		stop: state === "running" || state === "paused" || state === "held",
		cancel: state === "running" || state === "paused" || state === "held" || state === "stopping",
	};
	const pause = () => {
		// By a key nobody loses the focus, and the next key is a command again.
		setPaused(!isFocusFree());
		decide("pause", t("pause"));
	};
	const answer = useGoOn(detail, decide);
	const goOn = () => answer(t(state === "held" ? "goOn" : "resume"));
	const stop = () => decide("stop", t("stop"));
	// What the buttons below do, by key and from the palette; never twice.
	const idle = busyWith === null;
	useCommand("migration.pause", can.pause && idle ? pause : null);
	useCommand("migration.resume", can.resume && idle ? goOn : null);
	useCommand("migration.stop", can.stop && idle ? stop : null);
	useCommand("migration.cancel", can.cancel ? () => setCancelling(true) : null);
	return (
		<>
			<PageHeader
				crumbs={[{ label: t("title"), href: "/migrations" }, { label: migration.ticket || migration.id }]}
				title={t(migration.direction === "migrate" ? "headMigrate" : "headRollback", { cluster: migration.clusterName, count: nodes })}
				status={<MigrationStateBadge state={state} />}
				description={
					<>
						{migration.ticket ? <strong className="mr-2 font-medium text-foreground">{migration.ticket}</strong> : null}
						{migration.reason || t("noReason")}
					</>
				}
				actions={
					<>
						{can.pause ? (
							<Button busy={busyWith === "pause"} title={t("pauseHint")} aria-keyshortcuts={singleKeys ? "p" : undefined} onClick={pause}>
								<Pause aria-hidden="true" />
								{t("pause")}
								{singleKeys ? (
									<span aria-hidden="true" className="rounded border px-1 font-mono text-muted-foreground text-xs max-sm:hidden">
										P
									</span>
								) : null}
							</Button>
						) : null}
						{can.resume ? (
							<Button variant="primary" title={t("resumeHint")} aria-keyshortcuts={singleKeys ? "p" : undefined} onClick={goOn}>
								<Play aria-hidden="true" />
								{t(state === "held" ? "goOn" : "resume")}
							</Button>
						) : null}
						{can.pace ? (
							<Button title={t("paceDialogText")} onClick={() => setPacing(true)}>
								<Gauge aria-hidden="true" />
								{t("changePace")}
							</Button>
						) : null}
						{can.add ? (
							<Button onClick={() => setAdding(true)}>
								<Plus aria-hidden="true" />
								{t("addNodes")}
							</Button>
						) : null}
						{can.stop ? (
							<Button title={t("stopHint")} onClick={stop}>
								<CircleStop aria-hidden="true" />
								{t("stop")}
							</Button>
						) : null}
						{can.cancel ? (
							<Button onClick={() => setCancelling(true)}>
								<X aria-hidden="true" />
								{t("cancel")}
							</Button>
						) : null}
						<SaveTemplate migration={migration} />
					</>
				}
			/>
			<div className="flex flex-wrap items-center gap-x-5 gap-y-1 text-muted-foreground text-sm">
				<span>{t("by", { name: migration.createdBy })}</span>
				<Approvers detail={detail} />
				{migration.startedAt ? (
					<span>
						{t("started")} <RelativeTime at={migration.startedAt} />
					</span>
				) : null}
				{startedMs !== null && endMs > 0 ? <span>{t("elapsed", { time: formatDuration(Math.max(0, endMs - startedMs)) })}</span> : null}
				{left ? <TimeLeft left={left} /> : null}
				{migration.stateWhy &&
				(!isOver(state) || LAST_WORDS.includes(migration.stateWhy.code)) &&
				(state !== "running" || GATE_WORDS.includes(migration.stateWhy.code)) ? (
					<Msg m={migration.stateWhy} namespace="event" />
				) : null}
				{wayBack ? (
					<Link className="underline" href={`/migrations/${wayBack}`}>
						{t("wayBackOpen")}
					</Link>
				) : null}
				{migration.withoutApi ? <span className="text-warning">{t("withoutApiShort")}</span> : null}
				{migration.policy.prepareOnly ? <span>{t("prepareOnlyShort")}</span> : null}
			</div>
			<LastDecision detail={detail} takeFocus={paused} />
			<ProblemAlert error={error} />
			{dialog}
			<PaceDialog detail={detail} open={pacing} onOpenChange={setPacing} />
			<AddNodesDialog detail={detail} open={adding} onOpenChange={setAdding} />
			<CancelDialog detail={detail} open={cancelling} onOpenChange={setCancelling} />
		</>
	);
}
