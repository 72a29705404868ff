"use client";

import { Check, Minus } from "lucide-react";
import { type MouseEvent, type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names.ts";
import { keepForm } from "./keep-form.ts";

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

export function Checkbox({ label, hint, className, checked, onCheckedChange, indeterminate = false, ...props }: CheckboxProps) {
	const id = useId();
	const Mark = indeterminate ? Minus : Check;
	const box = (
		<span className="relative flex size-4 shrink-0">
			<input
				type="checkbox"
				id={id}
				{...props}
				ref={(input) => {
					if (input) input.indeterminate = indeterminate;
				}}
				checked={checked}
				onChange={(event) => onCheckedChange(event.target.checked)}
				onKeyDown={keepForm}
				className="size-4 shrink-0 appearance-none rounded border border-input bg-card checked:border-primary checked:bg-primary indeterminate:border-primary indeterminate:bg-primary disabled:opacity-55"
			/>
			{indeterminate || checked ? (
				<Mark className="pointer-events-none absolute inset-0 m-auto size-3.5 text-primary-foreground" aria-hidden="true" />
			) : null}
		</span>
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
