"use client";

import { useRef } from "react";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";
import { PlainTrigger } from "./on-demand/plain-trigger.tsx";
import type { TooltipProps } from "./on-demand/tooltip.tsx";

const tooltip = new OnDemand(() => import("./on-demand/tooltip.tsx"));

/** More about something, on hover and on focus. Nothing that one must know is only here. */
export function Tooltip(props: TooltipProps) {
	const hadFocus = useRef(false);
	const code = useOnDemand(tooltip);
	if (code === null) return <PlainTrigger trigger={props.children} opens={null} hadFocus={hadFocus} />;
	return <code.Tooltip {...props} hadFocus={hadFocus} />;
}
