"use client";

import { ChevronsUpDown } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import { cn } from "@/lib/class-names.ts";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";
import { openByArrow, useLeftFocus } from "./on-demand/plain-trigger.tsx";
import type { SelectProps } from "./on-demand/select.tsx";
import { SELECT, SELECT_ICON } from "./on-demand/select-looks.ts";

const select = new OnDemand(() => import("./on-demand/select.tsx"));

/** One choice of a list. Inside a Field, or with an `aria-label`. */
export function Select(props: SelectProps) {
	const [open, setOpen] = useState(false);
	const hadFocus = useRef(false);
	const code = useOnDemand(select, open);
	if (code === null) return <Plain {...props} onOpen={() => setOpen(true)} hadFocus={hadFocus} />;
	return <code.Select {...props} open={open} onOpenChange={setOpen} hadFocus={hadFocus} />;
}

interface PlainProps extends SelectProps {
	onOpen: () => void;
	hadFocus: RefObject<boolean>;
}

/** The same to look at, until the list is loaded. */
function Plain({ options, value, onValueChange: _, placeholder, className, onOpen, hadFocus, ...button }: PlainProps) {
	const ref = useLeftFocus<HTMLButtonElement>(hadFocus);
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
			onKeyDown={openByArrow(onOpen)}
		>
			<span className={cn("truncate", !chosen && "text-muted-foreground")}>{chosen?.label ?? placeholder}</span>
			<span className={SELECT_ICON} aria-hidden="true">
				<ChevronsUpDown className="size-3.5" aria-hidden="true" />
			</span>
		</button>
	);
}
