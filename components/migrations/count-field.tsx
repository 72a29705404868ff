"use client";

import { type ReactNode, useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { CountOrPercent } from "@/lib/contracts/rollout.ts";
import { isCountOrPercent } from "@/lib/pace-words.ts";

interface CountFieldProps {
	label: ReactNode;
	hint?: ReactNode;
	value: CountOrPercent;
	/** Only what is valid comes here. */
	onChange: (value: CountOrPercent) => void;
	/** Said where something else is entered. */
	error: string;
}

/** So many nodes, or a share of them: `3` or `20%`. What is typed stays as typed; only what is valid is taken. */
export function CountField({ label, hint, value, onChange, error }: CountFieldProps) {
	const [typed, setTyped] = useState<string | null>(null);
	const text = typed ?? String(value);
	return (
		<Field label={label} hint={hint} error={countFrom(text) === null ? error : undefined}>
			<Input
				className="w-32"
				value={text}
				onChange={(event) => {
					setTyped(event.target.value);
					const count = countFrom(event.target.value);
					if (count !== null) onChange(count);
				}}
				// The form is not sent with what was not taken.
				ref={(element) => element?.setCustomValidity(countFrom(text) === null ? error : "")}
				onBlur={() => {
					if (countFrom(text) !== null) setTyped(null);
				}}
			/>
		</Field>
	);
}

function countFrom(text: string): CountOrPercent | null {
	const entered = text.replace(/\s/g, "");
	const read = /^\d+$/.test(entered) ? Number(entered) : entered;
	return isCountOrPercent(read) ? read : null;
}
