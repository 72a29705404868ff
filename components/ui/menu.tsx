"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";

interface MenuProps {
	/** The button that opens it. */
	trigger: ReactElement;
	children: ReactNode;
	align?: "start" | "end";
}

/** A menu of MenuItem, MenuCheckboxItem, MenuRadioItem in a MenuRadioGroup, and MenuSeparator. */
export function Menu({ trigger, children, align = "end" }: MenuProps) {
	return (
		<Base.Root>
			<Base.Trigger render={trigger} />
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
	"flex w-full cursor-default select-none items-center gap-2 rounded px-2 py-1.5 text-left text-sm outline-hidden data-highlighted:bg-accent data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0";

interface MenuItemProps {
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

export function MenuRadioGroup({
	label,
	value,
	onValueChange,
	children,
}: {
	label: ReactNode;
	value: string;
	onValueChange: (value: string) => void;
	children: ReactNode;
}) {
	return (
		<Base.Group>
			<Base.GroupLabel className="px-2 pt-1 pb-0.5 text-muted-foreground text-xs">{label}</Base.GroupLabel>
			<Base.RadioGroup value={value} onValueChange={(chosen) => onValueChange(String(chosen))}>
				{children}
			</Base.RadioGroup>
		</Base.Group>
	);
}

export function MenuRadioItem({ value, children }: { value: string; children: ReactNode }) {
	return (
		<Base.RadioItem value={value} className={ITEM} closeOnClick>
			<span className="w-4 text-center" aria-hidden="true">
				<Base.RadioItemIndicator>•</Base.RadioItemIndicator>
			</span>
			{children}
		</Base.RadioItem>
	);
}

/** The menu stays open: whoever sets one of several often sets another. */
export function MenuCheckboxItem({
	checked,
	onCheckedChange,
	children,
}: {
	checked: boolean;
	onCheckedChange: (checked: boolean) => void;
	children: ReactNode;
}) {
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
