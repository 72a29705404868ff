"use client";

import { type ReactNode, useCallback } from "react";

/** Where a step goes on, always in sight; what it needs before is said beside. */
export function StepFoot({ children, said }: { children: ReactNode; said?: ReactNode }) {
	const tellHeight = useCallback((foot: HTMLDivElement) => {
		const { style } = document.documentElement;
		// Its lines are as many as the screen is narrow: what gets the focus stays above them.
		const observer = new ResizeObserver(() => style.setProperty("--step-foot", `${foot.offsetHeight + 8}px`));
		observer.observe(foot);
		return () => {
			observer.disconnect();
			style.removeProperty("--step-foot");
		};
	}, []);
	return (
		<div
			ref={tellHeight}
			className="sticky bottom-0 z-10 flex flex-wrap items-center gap-3 border-t bg-background/95 py-3 backdrop-blur [--step-foot:0px]"
		>
			{children}
			<span role="status" className="text-muted-foreground text-sm">
				{said}
			</span>
		</div>
	);
}
