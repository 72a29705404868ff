"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactElement, ReactNode, RefObject } from "react";
import { cn } from "@/lib/class-names.ts";
import { useTakenPlace } from "./plain-trigger.tsx";

interface MenuProps {
	trigger: ReactElement;
	children: ReactNode;
	align: "start" | "end";
	open: boolean;
	onOpenChange: (open: boolean) => void;
	hadFocus: RefObject<boolean>;
}

export function Menu({ trigger, children, align, open, onOpenChange, hadFocus }: MenuProps) {
	const { ref, there } = useTakenPlace<HTMLButtonElement>(hadFocus);
	return (
		<Base.Root open={open && there} onOpenChange={(next) => onOpenChange(next)}>
			<Base.Trigger ref={ref} render={trigger} />
			<Base.Portal>
				<Base.Positioner align={align} sideOffset={4} className="z-50 outline-hidden">
					<Base.Popup className="max-h-(--available-height) min-w-44 overflow-y-auto rounded-md border bg-popover p-1 shadow-lg outline-hidden">
						{children}
					</Base.Popup>
				</Base.Positioner>
			</Base.Portal>
		</Base.Root>
	);
}

const ITEM =
	"flex w-full cursor-default select-none items-center gap-2 rounded px-2 py-1.5 text-left text-sm -outline-offset-2 data-highlighted:bg-accent data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0";

export interface MenuItemProps {
	onSelect: () => void;
	children: ReactNode;
	disabled?: boolean;
	destructive?: boolean;
}

export function MenuItem({ onSelect, children, disabled, destructive }: MenuItemProps) {
	return (
		<Base.Item className={cn(ITEM, destructive && "text-danger")} onClick={onSelect} disabled={disabled}>
			{children}
		</Base.Item>
	);
}

export interface MenuRadioGroupProps {
	label: ReactNode;
	value: string;
	onValueChange: (value: string) => void;
	children: ReactNode;
}

export function MenuRadioGroup({ label, value, onValueChange, children }: MenuRadioGroupProps) {
	return (
		<Base.Group>
			<Base.GroupLabel className="px-2 pt-1 pb-0.5 text-muted-foreground text-xs">{label}</Base.GroupLabel>
			<Base.RadioGroup value={value} onValueChange={(chosen) => onValueChange(String(chosen))}>
				{children}
			</Base.RadioGroup>
		</Base.Group>
	);
}

export interface MenuRadioItemProps {
	value: string;
	children: ReactNode;
}

export function MenuRadioItem({ value, children }: MenuRadioItemProps) {
	return (
		<Base.RadioItem value={value} className={ITEM} closeOnClick>
			<span className="w-4 text-center" aria-hidden="true">
				<Base.RadioItemIndicator>•</Base.RadioItemIndicator>
			</span>
			{children}
		</Base.RadioItem>
	);
}

export interface MenuCheckboxItemProps {
	checked: boolean;
	onCheckedChange: (checked: boolean) => void;
	children: ReactNode;
}

/** The menu stays open: whoever sets one of several often sets another. */
export function MenuCheckboxItem({ checked, onCheckedChange, children }: MenuCheckboxItemProps) {
	return (
		<Base.CheckboxItem checked={checked} onCheckedChange={(on) => onCheckedChange(on)} className={ITEM} closeOnClick={false}>
			<span className="flex w-4 justify-center" aria-hidden="true">
				<Base.CheckboxItemIndicator>
					<Check />
				</Base.CheckboxItemIndicator>
			</span>
			{children}
		</Base.CheckboxItem>
	);
}

export function MenuSeparator() {
	return <Base.Separator className="my-1 h-px bg-border" />;
}
