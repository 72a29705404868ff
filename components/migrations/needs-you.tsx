"use client";

import { Play, RotateCcw } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { Button } from "@/components/ui/button.tsx";
import { Msg } from "@/components/ui/message.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { askedGate } from "@/lib/gates.ts";
import { crowdedOut, mostOut, needsYou, retryable } from "@/lib/run-counts.ts";
import { isHeld, runReason, runStatus } from "@/lib/run-status.ts";
import { busyOf, wayBackOf } from "@/lib/way-back.ts";
import { BlockedFor } from "./blocked-for.tsx";
import { CancelRun } from "./cancel-run.tsx";
import { CrowdedOut } from "./crowded-out.tsx";
import { GoOnAnyway } from "./go-on-anyway.tsx";
import { HeldRun } from "./held-run.tsx";
import { useDecide } from "./use-decide.tsx";
import { useGoOn } from "./use-go-on.tsx";

/** Shown at first; the rest is in the grid, problems first. */
const MOST = 6;
/** Questions between two waves, by why the migration says it is paused. */
const GATE_TEXTS: Record<string, "canaryEndedText" | "controlPlaneNextText" | "approvalVoidText"> = {
	"migration.canary-ended": "canaryEndedText",
	"migration.control-plane-next": "controlPlaneNextText",
	"migration.approval-void": "approvalVoidText",
};

/** What a person has to decide, with the buttons to decide it. Nothing where nothing needs them. */
export function NeedsYou({ detail, onOpen }: { detail: MigrationDetail; onOpen: (nodeName: string) => void }) {
	const t = useTranslations("migration");
	const now = useServerNow();
	const { migration, runs } = detail;
	const { decide, dialog } = useDecide(migration);
	const goOn = useGoOn(detail, decide);
	const needy = needsYou(runs, now);
	const held = migration.state === "held";
	const prepared = migration.stateWhy?.code === "migration.prepared" && migration.state === "paused";
	const asked = migration.state === "paused" ? GATE_TEXTS[migration.stateWhy?.code ?? ""] : undefined;
	const rollingBack = held && migration.stateWhy?.code === "migration.rolling-back";
	const busy = held ? busyOf(migration) : null;
	const pods = held && migration.stateWhy?.code === "migration.held-for-pods" ? migration.stateWhy : null;
	const controlPlane = held && migration.stateWhy?.code === "migration.held-for-control-plane" ? migration.stateWhy : null;
	const wayBack = held ? wayBackOf(migration) : null;
	// A failure by now, once it is held no more.
	const nodeHeld = migration.stateWhy?.code === "migration.node-held" && runs.some(isHeld);
	const crowd = migration.state === "running" ? crowdedOut(detail) : [];
	if (needy.length === 0 && !held && !prepared && !asked && crowd.length === 0) return null;
	const failed = retryable(runs).failed;
	const mayRetry = failed > 0 && !rollingBack && ["running", "paused", "held"].includes(migration.state);
	return (
		<section aria-labelledby="needs-you" className="rounded-lg border border-warning/50 bg-warning-soft px-4 py-2.5 text-sm">
			<div className="flex flex-wrap items-center gap-x-4 gap-y-2">
				<h2 id="needs-you" className="font-semibold text-warning">
					{t("needsYou")}
				</h2>
				<p role="status" className="min-w-0 flex-1 basis-60">
					{wayBack ? (
						<>
							{t("wayBackText")}{" "}
							<Link className="underline" href={`/migrations/${wayBack}`}>
								{t("wayBackOpen")}
							</Link>
						</>
					) : null}
					{rollingBack ? t("rollingBackText") : null}
					{busy ? (
						<>
							{" "}
							{t("rollingBackWaits", { node: busy.node })}{" "}
							<Link className="underline" href={`/migrations/${busy.migration}`}>
								{t("rollingBackWaitsOpen")}
							</Link>
						</>
					) : null}
					{pods ? (
						<>
							<Msg m={pods} namespace="event" todo /> {t("heldForPodsText")}
						</>
					) : null}
					{controlPlane ? <Msg m={controlPlane} namespace="event" todo /> : null}
					{held && !wayBack && !rollingBack && !pods && !controlPlane
						? t(nodeHeld ? "nodeHeldText" : "heldText")
						: prepared
							? t("preparedText")
							: asked
								? t(asked)
								: null}
					{askedGate(migration) !== null && migration.policy.approval.byAnother ? ` ${t("gateByAnother")}` : null}
					{crowd.length > 0 ? <CrowdedOut nodes={crowd} most={mostOut(migration.policy, runs)} /> : null}
				</p>
				{mayRetry ? (
					<Button size="sm" onClick={() => decide("retry-failed", t("retryFailed", { count: failed }))}>
						<RotateCcw aria-hidden="true" />
						{t("retryFailed", { count: failed })}
					</Button>
				) : null}
				{pods ? <GoOnAnyway detail={detail} why={pods} /> : null}
				{(held && !rollingBack && !pods) || prepared || asked ? (
					<Button size="sm" variant="primary" onClick={() => goOn(t(prepared ? "goOnPrepared" : "goOn"))}>
						<Play aria-hidden="true" />
						{t(prepared ? "goOnPrepared" : "goOn")}
					</Button>
				) : null}
			</div>
			{needy.length === 0 ? null : (
				<ul className="mt-2 flex flex-col gap-1.5">
					{needy.slice(0, MOST).map((run) => {
						const reason = runReason(run);
						return (
							<li key={run.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
								<span className="font-medium">{run.nodeName}</span>
								<RunStatusLabel run={run} nowMs={now} />
								<BlockedFor run={run} nowMs={now} />
								{reason ? <Msg m={reason} namespace="event" className="min-w-0 flex-1 basis-60" /> : <span className="flex-1" />}
								<HeldRun run={run} migration={migration} />
								{runStatus(run, now).code === "drain-blocked" ? <CancelRun run={run} among /> : null}
								<Button size="sm" onClick={() => onOpen(run.nodeName)} aria-label={t("openNode", { node: run.nodeName })}>
									{t("open")}
								</Button>
							</li>
						);
					})}
					{needy.length > MOST ? <li className="text-muted-foreground">{t("needsMore", { count: needy.length - MOST })}</li> : null}
				</ul>
			)}
			{dialog}
		</section>
	);
}
