import { type ReactNode, useId } from "react";

interface ReportSectionProps {
	title: string;
	description?: string;
	children: ReactNode;
}

/** A part of a report, without a box: on paper nothing but its words count. */
export function ReportSection({ title, description, children }: ReportSectionProps) {
	const id = useId();
	return (
		<section aria-labelledby={id} className="min-w-0">
			<h2 id={id} className="mb-1.5 break-after-avoid border-b pb-0.5 font-semibold text-sm">
				{title}
			</h2>
			{description ? <p className="mb-1.5 text-muted-foreground text-xs">{description}</p> : null}
			{children}
		</section>
	);
}
