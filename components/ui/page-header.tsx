import type { ReactNode } from "react";
import { Breadcrumbs, type Crumb } from "./breadcrumbs.tsx";

interface PageHeaderProps {
	title: ReactNode;
	description?: ReactNode;
	crumbs?: readonly Crumb[];
	/** Badges beside the title. */
	status?: ReactNode;
	actions?: ReactNode;
}

/** The head of a page: where it is, its one h1, and what can be done here. */
export function PageHeader({ title, description, crumbs, status, actions }: PageHeaderProps) {
	return (
		<header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
			<div className="min-w-0">
				{crumbs ? <Breadcrumbs crumbs={crumbs} /> : null}
				<div className="flex flex-wrap items-center gap-x-3 gap-y-1">
					<h1 className="min-w-0 break-words font-semibold text-xl tracking-tight">{title}</h1>
					{status}
				</div>
				{description ? <p className="mt-0.5 max-w-4xl text-pretty text-muted-foreground text-sm">{description}</p> : null}
			</div>
			{actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
		</header>
	);
}
