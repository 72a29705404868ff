"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode, RefObject } from "react";
import { useTakenPlace } from "./plain-trigger.tsx";

const DELAY_MS = 300;

export interface TooltipProps {
	content: ReactNode;
	/** One element that takes a ref and can hold the focus. */
	children: ReactElement;
	side?: "top" | "bottom" | "left" | "right";
}

export function Tooltip({ content, children, side = "top", hadFocus }: TooltipProps & { hadFocus: RefObject<boolean> }) {
	const { ref } = useTakenPlace<HTMLButtonElement>(hadFocus);
	return (
		<Base.Root>
			<Base.Trigger ref={ref} render={children} delay={DELAY_MS} />
			<Base.Portal>
				<Base.Positioner side={side} sideOffset={6} className="z-50">
					<Base.Popup className="max-w-96 rounded-md border bg-popover px-2 py-1 text-foreground text-xs shadow-md">{content}</Base.Popup>
				</Base.Positioner>
			</Base.Portal>
		</Base.Root>
	);
}
