"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
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

export function Tabs({ tabs, value, onValueChange, defaultValue, className, panelClassName }: TabsProps) {
	return (
		<Base.Root
			value={value}
			defaultValue={defaultValue ?? tabs[0]?.value}
			onValueChange={(chosen) => onValueChange?.(String(chosen))}
			className={cn("flex min-h-0 flex-col", className)}
		>
			<Base.List className="flex gap-1 overflow-x-auto border-b">
				{tabs.map((tab) => (
					<Base.Tab
						key={tab.value}
						value={tab.value}
						className="-mb-px whitespace-nowrap border-transparent border-b-2 px-3 py-1.5 text-muted-foreground text-sm hover:text-foreground data-active:border-primary data-active:font-medium data-active:text-foreground"
					>
						{tab.label}
					</Base.Tab>
				))}
			</Base.List>
			{tabs.map((tab) => (
				<Base.Panel key={tab.value} value={tab.value} className={cn("min-h-0 flex-1 pt-3", panelClassName)}>
					{tab.content}
				</Base.Panel>
			))}
		</Base.Root>
	);
}
