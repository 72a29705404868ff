"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { TimeWindow } from "@/lib/contracts/rollout.ts";
import { isTimeWindow } from "@/lib/pace-words.ts";
import { isTimeZone } from "@/lib/time-zones.ts";

interface WindowFieldProps {
	value: TimeWindow | null;
	/** Only a whole window comes here. */
	onChange: (value: TimeWindow | null) => void;
}

/** The hours in which nodes may go out. What is entered stays; only a whole window is taken, and the form is not sent with another. */
export function WindowField({ value, onChange }: WindowFieldProps) {
	const t = useTranslations("migration");
	const [entered, setEntered] = useState<TimeWindow | null>(value);
	const set = (next: TimeWindow) => {
		setEntered(next);
		if (isTimeWindow(next)) onChange(next);
	};
	const wrongZone = entered !== null && !isTimeZone(entered.timeZone) ? t("windowZoneWrong") : "";
	const sameHour = entered !== null && entered.from === entered.to ? t("windowSame") : "";
	return (
		<div className="flex flex-col gap-2">
			<Checkbox
				checked={entered !== null}
				onCheckedChange={(on) => {
					if (on) return set({ from: "22:00", to: "04:00", timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
					setEntered(null);
					onChange(null);
				}}
				label={t("window")}
				hint={t("windowHint")}
			/>
			{entered === null ? null : (
				<div className="flex flex-wrap gap-3 border-l-2 pl-4">
					<Field label={t("windowFrom")}>
						<Input
							type="time"
							required
							className="w-32"
							value={entered.from}
							onChange={(event) => set({ ...entered, from: event.target.value })}
						/>
					</Field>
					<Field label={t("windowTo")} error={sameHour || undefined}>
						<Input
							type="time"
							required
							ref={(element) => element?.setCustomValidity(sameHour)}
							className="w-32"
							value={entered.to}
							onChange={(event) => set({ ...entered, to: event.target.value })}
						/>
					</Field>
					<Field label={t("windowZone")} error={wrongZone || undefined}>
						<Input
							ref={(element) => element?.setCustomValidity(wrongZone)}
							className="w-56 font-mono"
							value={entered.timeZone}
							onChange={(event) => set({ ...entered, timeZone: event.target.value.trim() })}
						/>
					</Field>
				</div>
			)}
		</div>
	);
}
