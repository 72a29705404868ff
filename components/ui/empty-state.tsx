import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
	icon?: LucideIcon;
	title: ReactNode;
	/** What to do next. */
	children: ReactNode;
	action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
	return (
		<div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
			{Icon ? <Icon className="size-8 text-muted-foreground" aria-hidden="true" /> : null}
			<p className="font-medium">{title}</p>
			<div className="max-w-prose text-muted-foreground text-sm">{children}</div>
			{action ? <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div> : null}
		</div>
	);
}
