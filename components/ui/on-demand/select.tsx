"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { cn } from "@/lib/class-names.ts";
import { useTakenPlace } from "./plain-trigger.tsx";
import { SELECT, SELECT_ICON } from "./select-looks.ts";

interface SelectOption {
	value: string;
	label: ReactNode;
	disabled?: boolean;
}

export interface SelectProps {
	options: readonly SelectOption[];
	value: string | null;
	onValueChange: (value: string) => void;
	/** Shown where nothing is chosen. */
	placeholder?: string;
	disabled?: boolean;
	id?: string;
	className?: string;
	"aria-label"?: string;
	"aria-labelledby"?: string;
	"aria-describedby"?: string;
	"aria-invalid"?: boolean;
	"aria-required"?: boolean;
}

interface OpenedProps extends SelectProps {
	open: boolean;
	onOpenChange: (open: boolean) => void;
	hadFocus: RefObject<boolean>;
}

export function Select({
	options,
	value,
	onValueChange,
	placeholder,
	disabled,
	className,
	open,
	onOpenChange,
	hadFocus,
	...trigger
}: OpenedProps) {
	const { ref, there } = useTakenPlace<HTMLButtonElement>(hadFocus);
	return (
		<Base.Root
			items={[...options]}
			value={value}
			onValueChange={(chosen) => chosen !== null && onValueChange(chosen)}
			open={open && there}
			onOpenChange={(next) => onOpenChange(next)}
			disabled={disabled}
		>
			<Base.Trigger {...trigger} ref={ref} className={cn(SELECT, className)}>
				<Base.Value className="truncate data-placeholder:text-muted-foreground" placeholder={placeholder} />
				<Base.Icon className={SELECT_ICON}>
					<ChevronsUpDown className="size-3.5" aria-hidden="true" />
				</Base.Icon>
			</Base.Trigger>
			<Base.Portal>
				<Base.Positioner className="z-50 outline-hidden" sideOffset={4} alignItemWithTrigger={false}>
					<Base.Popup className="max-h-[min(var(--available-height),24rem)] min-w-[var(--anchor-width)] overflow-y-auto rounded-md border bg-popover p-1 shadow-lg outline-hidden">
						<Base.List>
							{options.map((option) => (
								<Base.Item
									key={option.value}
									value={option.value}
									disabled={option.disabled}
									className="flex cursor-default select-none items-center gap-2 rounded py-1 pr-3 pl-1.5 -outline-offset-2 text-sm data-disabled:opacity-55 data-highlighted:bg-accent"
								>
									<span className="size-4 shrink-0">
										<Base.ItemIndicator>
											<Check className="size-4" aria-hidden="true" />
										</Base.ItemIndicator>
									</span>
									<Base.ItemText>{option.label}</Base.ItemText>
								</Base.Item>
							))}
						</Base.List>
					</Base.Popup>
				</Base.Positioner>
			</Base.Portal>
		</Base.Root>
	);
}
