"use client";

import { ChevronsUpDown } from "lucide-react";
import type { KeyboardEvent, RefObject } from "react";
import { cn } from "@/lib/class-names.ts";
import { openByArrow, useLeftFocus } from "./plain-trigger.tsx";
import type { SelectProps } from "./select.tsx";
import { SELECT, SELECT_ICON } from "./select-looks.ts";

interface PlainSelectProps extends SelectProps {
	onOpen: () => void;
	/** Any key but those that open it. */
	onEarlyKey?: (event: KeyboardEvent) => void;
	hadFocus: RefObject<boolean>;
}

/** A select to look at, until its list is loaded. */
export function PlainSelect({
	options,
	value,
	onValueChange: _,
	placeholder,
	className,
	onOpen,
	onEarlyKey,
	hadFocus,
	...button
}: PlainSelectProps) {
	const ref = useLeftFocus<HTMLButtonElement>(hadFocus);
	const openOrTake = (event: KeyboardEvent) => {
		openByArrow(onOpen)(event);
		if (!event.defaultPrevented) onEarlyKey?.(event);
	};
	const chosen = options.find((option) => option.value === value);
	return (
		<button
			{...button}
			ref={ref}
			type="button"
			role="combobox"
			aria-haspopup="listbox"
			aria-expanded={false}
			data-disabled={button.disabled ? "" : undefined}
			className={cn(SELECT, className)}
			onClick={onOpen}
			onKeyDown={openOrTake}
		>
			<span className={cn("truncate", !chosen && "text-muted-foreground")}>{chosen?.label ?? placeholder}</span>
			<span className={SELECT_ICON} aria-hidden="true">
				<ChevronsUpDown className="size-3.5" aria-hidden="true" />
			</span>
		</button>
	);
}
