"use client";

import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { cn } from "@/lib/class-names.ts";

export interface Tab {
	value: string;
	label: ReactNode;
	content: ReactNode;
}

interface TabsProps {
	tabs: readonly Tab[];
	/** Controlled where the address holds it. */
	value?: string;
	onValueChange?: (value: string) => void;
	defaultValue?: string;
	className?: string;
	panelClassName?: string;
}

/** A panel is reached by the keyboard also where nothing in it is. */
const IN_TAB_ORDER = 0;

/** Arrow keys, Home and End move the focus over the tabs; a press shows one. */
export function Tabs({ tabs, value, onValueChange, defaultValue, className, panelClassName }: TabsProps) {
	const id = useId();
	const [own, setOwn] = useState(defaultValue ?? tabs[0]?.value);
	const wanted = value ?? own;
	const shown = tabs.find((tab) => tab.value === wanted);
	const list = useRef<HTMLDivElement>(null);
	const at = shown?.value;
	useEffect(() => {
		if (at !== undefined && list.current) bringIn(list.current);
	}, [at]);
	const show = (next: string) => {
		setOwn(next);
		if (next !== wanted) onValueChange?.(next);
	};
	return (
		<div className={cn("flex min-h-0 flex-col", className)}>
			<div ref={list} role="tablist" onKeyDown={moveFocus} className="flex gap-1 overflow-x-auto border-b">
				{tabs.map((tab) => (
					<button
						key={tab.value}
						type="button"
						role="tab"
						id={`${id}-${tab.value}`}
						aria-selected={tab === shown}
						aria-controls={tab === shown ? `${id}-panel` : undefined}
						tabIndex={tab === (shown ?? tabs[0]) ? 0 : -1}
						onClick={() => show(tab.value)}
						className="-mb-px whitespace-nowrap border-transparent border-b-2 px-3 py-1.5 text-muted-foreground text-sm hover:text-foreground aria-selected:border-primary aria-selected:font-medium aria-selected:text-foreground"
					>
						{tab.label}
					</button>
				))}
			</div>
			{shown ? (
				<div
					// Each has a panel of its own: what was open in one is not carried over to another.
					key={shown.value}
					role="tabpanel"
					id={`${id}-panel`}
					aria-labelledby={`${id}-${shown.value}`}
					tabIndex={IN_TAB_ORDER}
					className={cn("min-h-0 flex-1 pt-3", panelClassName)}
				>
					{shown.content}
				</div>
			) : null}
		</div>
	);
}

/** On a phone not all tabs have room: the one that is shown, by its address maybe, is among those in sight. The page itself stays where it is. */
function bringIn(list: HTMLElement): void {
	const tab = list.querySelector("[aria-selected=true]")?.getBoundingClientRect();
	if (!tab) return;
	const { left, right } = list.getBoundingClientRect();
	if (tab.right > right) list.scrollLeft += tab.right - right;
	else if (tab.left < left) list.scrollLeft -= left - tab.left;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
	const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
	const at = tabs.indexOf(document.activeElement as HTMLElement);
	const moves: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
	const to = moves[event.key];
	if (at === -1 || to === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	tabs.at(to % tabs.length)?.focus();
}
