"use client";

import { Switch as Base } from "@base-ui/react/switch";
import { type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names.ts";

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
			<Base.Root
				id={id}
				checked={checked}
				onCheckedChange={(on) => onCheckedChange(on)}
				disabled={disabled}
				className="mt-0.5 flex h-4.5 w-8 shrink-0 rounded-full border border-input bg-muted p-0.5 transition-colors data-checked:border-primary data-checked:bg-primary data-disabled:opacity-55"
			>
				<Base.Thumb className="size-3 rounded-full bg-muted-foreground transition-transform data-checked:translate-x-3.5 data-checked:bg-primary-foreground" />
			</Base.Root>
			<span>
				{label}
				{hint ? <span className="block text-muted-foreground text-xs">{hint}</span> : null}
			</span>
		</label>
	);
}
