import type { ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";

export interface KeyValue {
	name: string;
	value: ReactNode;
}

/** Names and values side by side; on a phone one below the other. */
export function KeyValues({ items, className }: { items: readonly KeyValue[]; className?: string }) {
	return (
		<dl className={cn("grid grid-cols-1 gap-x-6 gap-y-1 text-sm sm:grid-cols-[max-content_1fr]", className)}>
			{items.map((item) => (
				<div key={item.name} className="contents">
					<dt className="mt-1 text-muted-foreground sm:mt-0">{item.name}</dt>
					<dd className="min-w-0 break-words">{item.value}</dd>
				</div>
			))}
		</dl>
	);
}
