"use client";

import { type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names.ts";
import { keepForm } from "./keep-form.ts";

export interface RadioOption<Value extends string> {
	value: Value;
	label: ReactNode;
	hint?: ReactNode;
	disabled?: boolean;
}

interface RadioGroupProps<Value extends string> {
	legend: ReactNode;
	value: Value;
	onValueChange: (value: Value) => void;
	options: readonly RadioOption<Value>[];
	/** Side by side instead of one below the other. */
	inline?: boolean;
	className?: string;
}

/** Few choices, all seen. More than five: Select. */
export function RadioGroup<Value extends string>({ legend, value, onValueChange, options, inline, className }: RadioGroupProps<Value>) {
	const id = useId();
	return (
		<div className={cn("flex flex-col gap-1", className)}>
			<span id={id} className="font-medium text-[0.8125rem]">
				{legend}
			</span>
			<div role="radiogroup" aria-labelledby={id} className={cn("flex gap-x-4 gap-y-1.5", inline ? "flex-row flex-wrap" : "flex-col")}>
				{options.map((option) => (
					<label key={option.value} htmlFor={`${id}-${option.value}`} className="flex items-start gap-2">
						<span className="relative mt-0.5 flex size-4 shrink-0">
							<input
								type="radio"
								id={`${id}-${option.value}`}
								name={id}
								checked={option.value === value}
								onChange={() => onValueChange(option.value)}
								onKeyDown={keepForm}
								disabled={option.disabled}
								className="peer size-4 shrink-0 appearance-none rounded-full border border-input bg-card checked:border-primary disabled:opacity-55"
							/>
							<span className="pointer-events-none absolute inset-0 m-auto hidden size-2 rounded-full bg-primary peer-checked:block" />
						</span>
						<span>
							{option.label}
							{option.hint ? <span className="block text-muted-foreground text-xs">{option.hint}</span> : null}
						</span>
					</label>
				))}
			</div>
		</div>
	);
}
