"use client";

import { cloneElement, type ReactElement, type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names.ts";

interface ControlProps {
	id?: string;
	"aria-describedby"?: string;
	"aria-invalid"?: boolean;
	"aria-required"?: boolean;
}

interface FieldProps {
	label: ReactNode;
	hint?: ReactNode;
	/** A sentence; with one, the control is marked invalid. */
	error?: ReactNode;
	required?: boolean;
	className?: string;
	/** The one control: Input, Textarea, Select. It is given its id and what describes it. */
	children: ReactElement<ControlProps>;
}

/** Label, control, hint and error, tied together for screen readers. */
export function Field({ label, hint, error, required, className, children }: FieldProps) {
	const made = useId();
	const id = children.props.id ?? made;
	const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(" ");
	return (
		<div className={cn("flex flex-col gap-1", className)}>
			<label htmlFor={id} id={`${id}-label`} className="font-medium text-[0.8125rem]">
				{label}
				{required ? (
					<span className="text-danger" aria-hidden="true">
						{" *"}
					</span>
				) : null}
			</label>
			{cloneElement(children, {
				id,
				"aria-describedby": described || undefined,
				"aria-invalid": error ? true : undefined,
				"aria-required": required || undefined,
			})}
			{hint ? (
				<p id={`${id}-hint`} className="text-muted-foreground text-xs">
					{hint}
				</p>
			) : null}
			{error ? (
				<p id={`${id}-error`} className="text-danger text-xs" role="alert">
					{error}
				</p>
			) : null}
		</div>
	);
}
