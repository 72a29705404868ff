"use client";

import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";
import { type MouseEvent, type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names.ts";

interface CheckboxProps {
	checked: boolean;
	/** Some of what it stands for is chosen. */
	indeterminate?: boolean;
	onCheckedChange: (checked: boolean) => void;
	disabled?: boolean;
	/** Seen beside the box; without it give an `aria-label`. */
	label?: ReactNode;
	hint?: ReactNode;
	className?: string;
	tabIndex?: number;
	onClick?: (event: MouseEvent) => void;
	"aria-label"?: string;
}

export function Checkbox({ label, hint, className, onCheckedChange, indeterminate = false, ...props }: CheckboxProps) {
	const id = useId();
	const box = (
		<Base.Root
			id={id}
			{...props}
			indeterminate={indeterminate}
			onCheckedChange={(checked) => onCheckedChange(checked)}
			className="flex size-4 shrink-0 items-center justify-center rounded border border-input bg-card data-checked:border-primary data-indeterminate:border-primary data-checked:bg-primary data-indeterminate:bg-primary data-disabled:opacity-55"
		>
			<Base.Indicator className="flex text-primary-foreground">
				{indeterminate ? <Minus className="size-3.5" aria-hidden="true" /> : <Check className="size-3.5" aria-hidden="true" />}
			</Base.Indicator>
		</Base.Root>
	);
	if (label === undefined) return box;
	return (
		<label htmlFor={id} className={cn("flex items-start gap-2", className)}>
			<span className="pt-0.5">{box}</span>
			<span>
				{label}
				{hint ? <span className="block text-muted-foreground text-xs">{hint}</span> : null}
			</span>
		</label>
	);
}
