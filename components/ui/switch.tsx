"use client";

import { type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names.ts";
import { keepForm } from "./keep-form.ts";

interface SwitchProps {
	checked: boolean;
	onCheckedChange: (checked: boolean) => void;
	label: ReactNode;
	hint?: ReactNode;
	disabled?: boolean;
	className?: string;
}

/** On or off, in force at once. What waits for a Save is a Checkbox. */
export function Switch({ checked, onCheckedChange, label, hint, disabled, className }: SwitchProps) {
	const id = useId();
	return (
		<label htmlFor={id} className={cn("flex items-start gap-2", className)}>
			<span className="relative mt-0.5 flex h-4.5 w-8 shrink-0">
				<input
					type="checkbox"
					role="switch"
					aria-checked={checked}
					id={id}
					checked={checked}
					onChange={(event) => onCheckedChange(event.target.checked)}
					onKeyDown={keepForm}
					disabled={disabled}
					className="peer size-full appearance-none rounded-full border border-input bg-muted transition-colors checked:border-primary checked:bg-primary disabled:opacity-55"
				/>
				<span className="pointer-events-none absolute top-0.75 left-0.75 size-3 rounded-full bg-muted-foreground transition-transform peer-checked:translate-x-3.5 peer-checked:bg-primary-foreground peer-disabled:opacity-55" />
			</span>
			<span>
				{label}
				{hint ? <span className="block text-muted-foreground text-xs">{hint}</span> : null}
			</span>
		</label>
	);
}
