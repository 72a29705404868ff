"use client";

import { type ComponentProps, type RefObject, useCallback } from "react";
import { cn } from "@/lib/class-names.ts";

interface ScrollEdgesProps extends Omit<ComponentProps<"div">, "ref"> {
	scroller?: RefObject<HTMLDivElement | null>;
}

/**
 * Scrolls by itself, and draws a shadow at each side where there is more. What stays at its left side when it is scrolled carries
 * `EDGE_OF_FIXED`, which draws the shadow there.
 */
export function ScrollEdges({ scroller, className, children, ...props }: ScrollEdgesProps) {
	const watch = useCallback(
		(area: HTMLDivElement | null) => {
			if (scroller) scroller.current = area;
			if (area) return watchEdges(area);
		},
		[scroller],
	);
	return (
		<div className="group/edges relative flex min-h-0 min-w-0 flex-col">
			<div ref={watch} className={cn("min-h-0 overflow-auto rounded-lg border bg-card", className)} {...props}>
				{children}
			</div>
			<span
				aria-hidden="true"
				className="pointer-events-none absolute inset-y-px right-px z-30 w-8 rounded-r-lg bg-linear-to-l from-foreground/20 to-transparent opacity-0 transition-opacity group-data-[after=true]/edges:opacity-100"
			/>
		</div>
	);
}

export const EDGE_OF_FIXED =
	"after:pointer-events-none after:absolute after:inset-y-0 after:left-full after:w-4 after:bg-linear-to-r after:from-foreground/15 after:to-transparent after:opacity-0 after:transition-opacity group-data-[before=true]/edges:after:opacity-100";

/** Notes on the element around the area to which sides it can still be scrolled. Returns how to stop. */
function watchEdges(area: HTMLElement): () => void {
	const note = () => {
		const around = area.parentElement;
		if (!around) return;
		const rest = area.scrollWidth - area.clientWidth;
		around.dataset["before"] = String(area.scrollLeft > 1);
		around.dataset["after"] = String(rest - area.scrollLeft > 1);
	};
	const observer = new ResizeObserver(note);
	for (const element of [area, ...area.children]) observer.observe(element);
	area.addEventListener("scroll", note, { passive: true });
	return () => {
		observer.disconnect();
		area.removeEventListener("scroll", note);
	};
}
