"use client";

import { type ComponentProps, useCallback, useState } from "react";

/** Scrolls by itself where its content is too large; then, and only then, Tab reaches it, so that the keyboard can scroll it (WCAG 2.1.1). */
export function ScrollWhenNeeded({ label, children, ...props }: Omit<ComponentProps<"div">, "role" | "tabIndex"> & { label?: string }) {
	const [needed, setNeeded] = useState(false);
	const watch = useCallback((area: HTMLDivElement | null) => {
		if (!area) return;
		const observer = new ResizeObserver(() => setNeeded(area.scrollWidth > area.clientWidth || area.scrollHeight > area.clientHeight));
		for (const element of [area, ...area.children]) observer.observe(element);
		return () => observer.disconnect();
	}, []);
	return (
		<div ref={watch} {...props} {...(needed ? { role: "group", "aria-label": label, tabIndex: 0 } : {})}>
			{children}
		</div>
	);
}
