import type { ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";

interface CardProps {
	/** With one, the card is a labelled section. */
	title?: ReactNode;
	description?: ReactNode;
	/** To the right of the title. */
	actions?: ReactNode;
	children?: ReactNode;
	className?: string;
	/** Without padding, for a table that reaches the edges. */
	flush?: boolean;
}

export function Card({ title, description, actions, children, className, flush = false }: CardProps) {
	return (
		<section className={cn("min-w-0 rounded-lg border bg-card", className)}>
			{title || actions ? (
				<header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-b px-4 py-2.5">
					<div className="min-w-0">
						<h2 className="font-semibold text-sm">{title}</h2>
						{description ? <p className="mt-0.5 text-muted-foreground text-xs">{description}</p> : null}
					</div>
					{actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
				</header>
			) : null}
			{children === undefined ? null : <div className={flush ? "relative overflow-x-auto" : "px-4 py-3"}>{children}</div>}
		</section>
	);
}
