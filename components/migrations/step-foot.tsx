import type { ReactNode } from "react";

/** Where a step goes on, always in sight; what it needs before is said beside. */
export function StepFoot({ children, said }: { children: ReactNode; said?: ReactNode }) {
	return (
		<div className="sticky bottom-0 z-10 flex flex-wrap items-center gap-3 border-t bg-background/95 py-3 backdrop-blur">
			{children}
			<span role="status" className="text-muted-foreground text-sm">
				{said}
			</span>
		</div>
	);
}
