"use client";

import { useRef } from "react";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";
import { PlainTrigger } from "./on-demand/plain-trigger.tsx";
import type { PopoverProps } from "./on-demand/popover.tsx";

const popover = new OnDemand(() => import("./on-demand/popover.tsx"));

/** A small panel below its button, to look something up or follow a link without leaving the page. */
export function Popover(props: PopoverProps) {
	const { open, onOpenChange, trigger } = props;
	const hadFocus = useRef(false);
	const code = useOnDemand(popover, open);
	if (code === null)
		return <PlainTrigger trigger={trigger} opens={{ role: "dialog", open: () => onOpenChange(true) }} hadFocus={hadFocus} />;
	return <code.Popover {...props} hadFocus={hadFocus} />;
}
