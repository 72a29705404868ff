"use client";

import { CalendarX } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { isFocusFree } from "@/components/ui/kept-focus.ts";
import { Msg, useMessage } from "@/components/ui/message.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { scheduleFailed } from "@/lib/schedule.ts";
import { formatZoned } from "@/lib/zoned-time.ts";
import { LastDecision } from "./last-decision.tsx";
import { StartsIn } from "./starts-in.tsx";
import { useDecide } from "./use-decide.tsx";

/** When a scheduled migration starts, and by whose word; why it did not, or who took that back and why. Nothing for any other. */
export function ScheduleNotice({ detail }: { detail: Pick<MigrationDetail, "migration" | "decisions"> }) {
	const { migration } = detail;
	const t = useTranslations("migration");
	const locale = useLocale();
	const { decide, busyWith, error } = useDecide(migration);
	const [takenBack, setTakenBack] = useState(false);
	const message = useMessage();
	const { schedule, stateWhy } = migration;
	const because = stateWhy?.values["because"];
	// What to do about the refusal itself comes before what to do then.
	const cause = stateWhy && typeof because === "string" ? message({ code: because, values: stateWhy.values }, "error").todo : null;
	if (scheduleFailed(migration) && stateWhy)
		return (
			<section
				aria-label={t("scheduleFailed")}
				className="flex flex-col gap-1 rounded-md border border-warning/50 bg-warning-soft px-3 py-2 text-sm"
			>
				<h2 className="font-semibold text-warning">{t("scheduleFailed")}</h2>
				<p role="status">
					<Msg m={stateWhy} namespace="event" />
				</p>
				{[cause, message(stateWhy, "event").todo].map((todo) => (todo ? <p key={todo}>{todo}</p> : null))}
			</section>
		);
	if (migration.state === "draft" && stateWhy?.code === "migration.unscheduled")
		return <LastDecision detail={detail} takeFocus={takenBack} />;
	if (migration.state !== "scheduled" || !schedule) return null;
	const unschedule = () => {
		setTakenBack(!isFocusFree());
		decide("unschedule", t("unschedule"));
	};
	const startMs = Date.parse(schedule.startAt);
	return (
		<section
			aria-label={t("state.scheduled")}
			className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded-lg border border-info/40 bg-card px-4 py-3"
		>
			<div className="flex min-w-0 flex-col gap-0.5">
				<StartsIn schedule={schedule} className="font-semibold first-letter:uppercase" />
				<span className="text-sm">{t("scheduledFor", { utc: formatZoned(startMs, locale, "UTC") })}</span>
				<span className="text-muted-foreground text-sm">{t("scheduledBy", { name: schedule.by })}</span>
			</div>
			<Button busy={busyWith === "unschedule"} title={t("unscheduleHint")} onClick={unschedule}>
				<CalendarX aria-hidden="true" />
				{t("unschedule")}
			</Button>
			<ProblemAlert error={error} className="basis-full" />
		</section>
	);
}
