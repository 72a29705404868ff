"use client";

import { type ReactElement, type ReactNode, useRef, useState } from "react";
import type { MenuCheckboxItemProps, MenuItemProps, MenuRadioGroupProps, MenuRadioItemProps } from "./on-demand/menu.tsx";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";
import { PlainTrigger } from "./on-demand/plain-trigger.tsx";

const menu = new OnDemand(() => import("./on-demand/menu.tsx"));

interface MenuProps {
	/** The button that opens it. */
	trigger: ReactElement;
	children: ReactNode;
	align?: "start" | "end";
}

/** A menu of MenuItem, MenuCheckboxItem, MenuRadioItem in a MenuRadioGroup, and MenuSeparator. */
export function Menu({ trigger, children, align = "end" }: MenuProps) {
	const [open, setOpen] = useState(false);
	const hadFocus = useRef(false);
	const code = useOnDemand(menu, open);
	if (code === null) return <PlainTrigger trigger={trigger} opens={{ role: "menu", open: () => setOpen(true) }} hadFocus={hadFocus} />;
	return (
		<code.Menu trigger={trigger} align={align} open={open} onOpenChange={setOpen} hadFocus={hadFocus}>
			{children}
		</code.Menu>
	);
}

export function MenuItem(props: MenuItemProps) {
	const code = useOnDemand(menu);
	return code && <code.MenuItem {...props} />;
}

export function MenuRadioGroup(props: MenuRadioGroupProps) {
	const code = useOnDemand(menu);
	return code && <code.MenuRadioGroup {...props} />;
}

export function MenuRadioItem(props: MenuRadioItemProps) {
	const code = useOnDemand(menu);
	return code && <code.MenuRadioItem {...props} />;
}

/** The menu stays open: whoever sets one of several often sets another. */
export function MenuCheckboxItem(props: MenuCheckboxItemProps) {
	const code = useOnDemand(menu);
	return code && <code.MenuCheckboxItem {...props} />;
}

export function MenuSeparator() {
	const code = useOnDemand(menu);
	return code && <code.MenuSeparator />;
}
