"use client";

import { type ReactNode, useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";

interface NumberFieldProps {
	label: ReactNode;
	hint?: ReactNode;
	value: number;
	min: number;
	max: number;
	disabled?: boolean;
	/** Only whole numbers within the bounds come here. */
	onChange: (value: number) => void;
	/** Said where something else is entered. */
	error: string;
}

/** A whole number. What is typed stays as typed; only what is valid is taken. */
export function NumberField({ label, hint, value, min, max, disabled, onChange, error }: NumberFieldProps) {
	const [typed, setTyped] = useState<string | null>(null);
	const text = typed ?? String(value);
	const number = Number(text);
	const valid = /^\d+$/.test(text.trim()) && number >= min && number <= max;
	return (
		<Field label={label} hint={hint} error={valid ? undefined : error}>
			<Input
				inputMode="numeric"
				className="w-32"
				value={text}
				disabled={disabled}
				onChange={(event) => {
					const next = event.target.value;
					setTyped(next);
					const entered = Number(next);
					if (/^\d+$/.test(next.trim()) && entered >= min && entered <= max) onChange(entered);
				}}
				// The form is not sent with what was not taken.
				ref={(element) => element?.setCustomValidity(valid ? "" : error)}
				onBlur={() => {
					if (valid) setTyped(null);
				}}
			/>
		</Field>
	);
}
