"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";

interface TooltipProps {
	content: ReactNode;
	/** One element that takes a ref and can hold the focus. */
	children: ReactElement;
	side?: "top" | "bottom" | "left" | "right";
}

/** More about something, on hover and on focus. Nothing that one must know is only here. */
export function Tooltip({ content, children, side = "top" }: TooltipProps) {
	return (
		<Base.Root>
			<Base.Trigger render={children} />
			<Base.Portal>
				<Base.Positioner side={side} sideOffset={6} className="z-50">
					<Base.Popup className="max-w-96 rounded-md border bg-popover px-2 py-1 text-foreground text-xs shadow-md">{content}</Base.Popup>
				</Base.Positioner>
			</Base.Portal>
		</Base.Root>
	);
}

export const TooltipProvider = Base.Provider;
