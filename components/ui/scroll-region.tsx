import type { ComponentProps } from "react";

/** Reached by Tab, so that it can be scrolled by keyboard (WCAG 2.1.1). */
const REACHABLE = { tabIndex: 0 } as const;

/** A named region that scrolls by itself. */
export function ScrollRegion({ label, ...props }: Omit<ComponentProps<"section">, "aria-label" | "tabIndex"> & { label: string }) {
	return <section aria-label={label} {...REACHABLE} {...props} />;
}
