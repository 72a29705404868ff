"use client";

import { useTranslations } from "next-intl";
import { type Ref, useEffect, useId, useState } from "react";
import { Input } from "@/components/ui/input.tsx";
import { ofLocalField, toLocalField } from "@/lib/history-range.ts";

interface MomentFieldProps {
	ref?: Ref<HTMLInputElement>;
	label: string;
	/** Milliseconds since 1970; null = none. */
	ms: number | null;
	timeZone: string;
	/** Why what it holds cannot be, beside what it sees by itself. */
	error?: string;
	onMoment: (ms: number | null) => void;
}

/** A moment after the last key: a year that is being typed is not a year that is meant. */
const SETTLED_MS = 600;

/** A date and a time of day by the reader's clock, to the minute; empty = none. */
export function MomentField({ ref, label, ms, timeZone, error, onMoment }: MomentFieldProps) {
	const t = useTranslations("history");
	const id = useId();
	const [typed, setTyped] = useState<string | null>(null);
	const [wrong, setWrong] = useState("");
	const take = (value: string) => {
		const moment = ofLocalField(value, timeZone);
		setWrong(value !== "" && moment === null ? t("rangeNoSuchTime", { zone: timeZone }) : "");
		if (moment !== ms) onMoment(moment);
	};
	useEffect(() => {
		if (typed === null || wrong !== "") return;
		// Kept until the address says the same: a field that fell back to the old moment would take the next key for that one.
		if (typed === "" ? ms === null : ms !== null && ofLocalField(typed, timeZone) === ms) {
			setTyped(null);
			return;
		}
		const timer = setTimeout(() => take(typed), SETTLED_MS);
		return () => clearTimeout(timer);
	});
	const told = wrong || error;
	return (
		<div className="flex flex-col gap-0.5">
			<div className="flex items-center gap-1.5">
				<label htmlFor={id} className="text-sm">
					{label}
				</label>
				<Input
					id={id}
					ref={ref}
					type="datetime-local"
					max="9999-12-31T23:59"
					className="w-52"
					aria-invalid={told ? true : undefined}
					aria-describedby={told ? `${id}-error` : undefined}
					value={typed ?? (ms === null ? "" : toLocalField(ms, timeZone))}
					onChange={(event) => {
						setWrong("");
						setTyped(event.target.value);
					}}
					onKeyDown={(event) => {
						if (event.key === "Enter" && typed !== null) take(typed);
					}}
					onBlur={({ target }) => {
						if (target.validity.badInput) setWrong(t("rangeIncomplete"));
						else if (typed !== null) take(typed);
					}}
				/>
			</div>
			{told ? (
				<p id={`${id}-error`} role="alert" className="text-danger text-xs">
					{told}
				</p>
			) : null}
		</div>
	);
}
