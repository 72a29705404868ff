"use client";

import { Combobox } from "@base-ui/react/combobox";
import { Check, ChevronsUpDown } from "lucide-react";
import type { FocusEvent, KeyboardEvent, RefObject } from "react";
import { cn } from "@/lib/class-names.ts";
import { useTakenPlace } from "./plain-trigger.tsx";
import { SELECT, SELECT_ICON } from "./select-looks.ts";

/** Drawn at most; the rest is found by typing. */
const MOST_DRAWN = 100;

interface SearchOption {
	value: string;
	label: string;
}

export interface SearchSelectProps {
	options: readonly SearchOption[];
	value: string;
	onValueChange: (value: string) => void;
	/** What the field in the list is called. */
	search: string;
	/** Said where nothing is called that. */
	none: string;
	/** Said below the list where there are more than are drawn. */
	more: string;
	/** Said in the place of the list until what it offers is read; null once it is. */
	reading: string | null;
	/** Called when the list is opened: to read what it offers. */
	onOpen?: () => void;
	className?: string;
	"aria-label"?: string;
}

interface OpenedProps extends SearchSelectProps {
	open: boolean;
	onOpenChange: (open: boolean) => void;
	/** What was typed before the field had the focus. */
	early: RefObject<string>;
	/** A key that comes to the trigger: after it was pressed, and before the field has the focus. */
	onEarlyKey: (event: KeyboardEvent) => void;
	hadFocus: RefObject<boolean>;
}

export function SearchSelect({
	options,
	value,
	onValueChange,
	search,
	none,
	more,
	reading,
	onOpen: _,
	className,
	open,
	onOpenChange,
	early,
	onEarlyKey,
	hadFocus,
	...trigger
}: OpenedProps) {
	const { ref, there } = useTakenPlace<HTMLButtonElement>(hadFocus);
	const takeEarly = ({ currentTarget: field }: FocusEvent<HTMLInputElement>) => {
		const typed = early.current;
		early.current = "";
		if (typed === "") return;
		// As if it came by the keyboard: only then the first of what it finds is the one that Enter takes.
		field.setRangeText(typed, 0, 0, "end");
		field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: typed }));
	};
	const chosen = options.find((option) => option.value === value) ?? null;
	return (
		<Combobox.Root
			items={reading === null ? [...options] : []}
			value={chosen}
			onValueChange={(option: SearchOption | null) => option && onValueChange(option.value)}
			open={open && there}
			onOpenChange={(next) => onOpenChange(next)}
			limit={MOST_DRAWN}
			autoHighlight
		>
			<Combobox.Trigger {...trigger} ref={ref} className={cn(SELECT, className)} onKeyDown={onEarlyKey}>
				<span className="truncate">{chosen?.label}</span>
				<Combobox.Icon className={SELECT_ICON}>
					<ChevronsUpDown className="size-3.5" aria-hidden="true" />
				</Combobox.Icon>
			</Combobox.Trigger>
			<Combobox.Portal>
				<Combobox.Positioner className="z-50 outline-hidden" sideOffset={4} align="start">
					<Combobox.Popup
						aria-label={search}
						className="flex max-h-[min(var(--available-height),24rem)] min-w-[max(var(--anchor-width),14rem)] flex-col rounded-md border bg-popover shadow-lg outline-hidden"
					>
						<Combobox.Input
							aria-label={search}
							placeholder={search}
							onFocus={takeEarly}
							onKeyDown={(event) => {
								// There is nothing to take yet, and closing the list would lose what was typed.
								if (event.key === "Enter" && reading !== null) event.preventBaseUIHandler();
							}}
							className="h-8 border-b bg-transparent px-2.5 text-sm placeholder:text-muted-foreground"
						/>
						<Combobox.Empty className="px-2.5 text-muted-foreground text-sm">
							<span className="block py-2">{reading ?? none}</span>
						</Combobox.Empty>
						<Combobox.List className="overflow-y-auto p-1 outline-hidden empty:p-0">
							{(option: SearchOption) => (
								<Combobox.Item
									key={option.value}
									value={option}
									className="flex cursor-default select-none items-center gap-2 rounded py-1 pr-3 pl-1.5 outline-ring -outline-offset-2 text-sm data-highlighted:bg-accent data-highlighted:outline-2"
								>
									<span className="size-4 shrink-0">
										<Combobox.ItemIndicator>
											<Check className="size-4" aria-hidden="true" />
										</Combobox.ItemIndicator>
									</span>
									{option.label}
								</Combobox.Item>
							)}
						</Combobox.List>
						{options.length > MOST_DRAWN ? <p className="border-t px-2.5 py-1.5 text-muted-foreground text-xs">{more}</p> : null}
					</Combobox.Popup>
				</Combobox.Positioner>
			</Combobox.Portal>
		</Combobox.Root>
	);
}
