"use client";

import { Radio as Base } from "@base-ui/react/radio";
import { RadioGroup as BaseGroup } from "@base-ui/react/radio-group";
import { type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names.ts";

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
			<BaseGroup
				aria-labelledby={id}
				value={value}
				onValueChange={(chosen) => {
					const option = options.find((one) => one.value === chosen);
					if (option) onValueChange(option.value);
				}}
				className={cn("flex gap-x-4 gap-y-1.5", inline ? "flex-row flex-wrap" : "flex-col")}
			>
				{options.map((option) => (
					<label key={option.value} htmlFor={`${id}-${option.value}`} className="flex items-start gap-2">
						<Base.Root
							id={`${id}-${option.value}`}
							value={option.value}
							disabled={option.disabled}
							className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-input bg-card data-checked:border-primary data-disabled:opacity-55"
						>
							<Base.Indicator className="size-2 rounded-full bg-primary" />
						</Base.Root>
						<span>
							{option.label}
							{option.hint ? <span className="block text-muted-foreground text-xs">{option.hint}</span> : null}
						</span>
					</label>
				))}
			</BaseGroup>
		</div>
	);
}
