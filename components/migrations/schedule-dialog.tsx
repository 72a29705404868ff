"use client";

import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { scheduleRefusal } from "@/lib/schedule.ts";
import { isTimeZone } from "@/lib/time-zones.ts";
import { formatCountdown, formatZoned, wallClock, zonedInstant } from "@/lib/zoned-time.ts";
import { PlanChanged } from "./plan-changed.tsx";
import { type ToStart, useStartConfirmation } from "./start-confirmation.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

interface ScheduleDialogProps extends ToStart {
	/** Of the plan as it was when this was opened; null while it is closed. */
	seen: string | null;
	/** Of the plan as it is. */
	digest: string;
	onClose: () => void;
}

/** A start that is confirmed now and happens later, by itself. */
export function ScheduleDialog({ seen, digest, onClose, ...form }: ScheduleDialogProps) {
	const t = useTranslations("migration");
	const { migration, planned } = form;
	return (
		<Dialog
			open={seen !== null}
			onOpenChange={(open) => {
				if (!open) onClose();
			}}
			dismissible={false}
			title={t(migration.direction === "rollback" ? "scheduleRollbackTitle" : "scheduleTitle", {
				count: planned.length,
				cluster: migration.clusterName,
			})}
			description={t("scheduleText")}
		>
			{seen === null || seen === digest || migration.state !== "draft" ? (
				<ScheduleForm {...form} digest={seen ?? digest} onDone={onClose} />
			) : (
				<PlanChanged onBack={onClose} />
			)}
		</Dialog>
	);
}

/** What is offered first: the next ten in the evening. */
const EVENING = "22:00";

/** Made anew each time the dialog opens. */
function ScheduleForm({ digest, onDone, ...plan }: ToStart & { digest: string; onDone: () => void }) {
	const t = useTranslations("migration");
	const ui = useTranslations("ui");
	const locale = useLocale();
	const now = useServerNow();
	const actions = useMigrationActions(plan.migration.id);
	const { complete, given, fields } = useStartConfirmation(plan);
	const [{ date, time, timeZone }, setEntered] = useState(() => firstOffer(Date.now()));
	const set = (part: Partial<ReturnType<typeof firstOffer>>) => setEntered({ date, time, timeZone, ...part });

	const zoneKnown = isTimeZone(timeZone);
	const startMs = zoneKnown ? zonedInstant(date, time, timeZone) : null;
	const refusal = startMs === null ? null : scheduleRefusal(startMs, now);
	const entered = date !== "" && time !== "" && zoneKnown;
	const wrongTime = !entered ? "" : startMs === null ? t("scheduleNoSuchTime") : refusal === null ? "" : t(`scheduleRefused.${refusal}`);
	const local = startMs === null ? "" : formatZoned(startMs, locale, timeZone);
	const utc = startMs === null ? "" : formatZoned(startMs, locale, "UTC");
	const wrongZone = zoneKnown ? "" : t("windowZoneWrong");
	return (
		<form
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				if (startMs === null || refusal !== null || !complete) return;
				actions.mutate({
					action: "schedule",
					...given,
					digest,
					schedule: { startAt: new Date(startMs).toISOString(), timeZone },
					onDone: () => {
						onDone();
					},
				});
			}}
		>
			<div className="flex flex-wrap gap-3">
				<Field label={t("scheduleDate")}>
					<Input type="date" required className="w-40" value={date} onChange={(event) => set({ date: event.target.value })} />
				</Field>
				<Field label={t("scheduleTime")} error={wrongTime || undefined}>
					<Input type="time" required className="w-32" value={time} onChange={(event) => set({ time: event.target.value })} />
				</Field>
				<Field label={t("scheduleZone")} error={wrongZone || undefined}>
					<Input
						required
						list="schedule-zones"
						className="w-56 font-mono"
						value={timeZone}
						onChange={(event) => set({ timeZone: event.target.value.trim() })}
					/>
				</Field>
				<datalist id="schedule-zones">
					{["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => (
						<option key={zone} value={zone} />
					))}
				</datalist>
			</div>
			{startMs === null || refusal !== null ? null : (
				<p className="rounded-md bg-muted px-3 py-2 text-sm" data-schedule-echo={new Date(startMs).toISOString()}>
					{t("scheduleEcho", {
						local,
						zone: timeZone,
						utc,
						same: local === utc ? "yes" : "no",
						time: formatCountdown(startMs - now, locale),
					})}
				</p>
			)}
			<p className="text-muted-foreground text-sm">{t("scheduleLate")}</p>
			{fields}
			<ProblemAlert error={actions.error} />
			<div className="flex justify-end gap-2 border-t pt-3">
				<Button onClick={onDone}>{ui("cancel")}</Button>
				<Button type="submit" variant="primary" disabled={startMs === null || refusal !== null || !complete} busy={actions.isPending}>
					{t("scheduleConfirm")}
				</Button>
			</div>
		</form>
	);
}

function firstOffer(nowMs: number): { date: string; time: string; timeZone: string } {
	const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
	const today = wallClock(nowMs, timeZone);
	const { date } = today.time < EVENING ? today : wallClock(nowMs + 86_400_000, timeZone);
	return { date, time: EVENING, timeZone };
}
