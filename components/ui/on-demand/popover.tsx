"use client";

import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode, RefObject } from "react";
import { useTakenPlace } from "./plain-trigger.tsx";

export interface PopoverProps {
	open: boolean;
	onOpenChange: (open: boolean) => void;
	/** The button that opens it. */
	trigger: ReactElement;
	title: ReactNode;
	children: ReactNode;
}

export function Popover({ open, onOpenChange, trigger, title, children, hadFocus }: PopoverProps & { hadFocus: RefObject<boolean> }) {
	const { ref, there } = useTakenPlace<HTMLButtonElement>(hadFocus);
	return (
		<Base.Root open={open && there} onOpenChange={(next) => onOpenChange(next)}>
			<Base.Trigger ref={ref} render={trigger} />
			<Base.Portal>
				<Base.Positioner align="end" sideOffset={6} className="z-40 outline-hidden">
					<Base.Popup className="flex max-h-[min(var(--available-height),32rem)] w-104 max-w-[calc(100vw-1.5rem)] flex-col rounded-lg border bg-popover shadow-xl outline-hidden">
						<Base.Title className="border-b px-4 py-2.5 font-semibold text-sm">{title}</Base.Title>
						<div className="min-h-0 overflow-y-auto px-4 py-3 text-sm">{children}</div>
					</Base.Popup>
				</Base.Positioner>
			</Base.Portal>
		</Base.Root>
	);
}
