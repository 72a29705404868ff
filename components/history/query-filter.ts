"use client";

import { usePathname, useSearchParams } from "next/navigation";

/** Filters of a list lie in its address, so that a link shows others the same. A new filter begins at the first page. */
export function useQueryFilter(): {
	get: (name: string) => string;
	set: (values: Record<string, string | number | null>) => void;
	/** From 1. */
	page: number;
} {
	const path = usePathname();
	const parameters = useSearchParams();
	const page = Number(parameters.get("page"));
	return {
		get: (name) => parameters.get(name) ?? "",
		set: (values) => {
			// What the address says now, not what was rendered, and it says so at once: two quick changes must not undo each other.
			const query = new URLSearchParams(window.location.search);
			if (!("page" in values)) query.delete("page");
			for (const [name, value] of Object.entries(values)) {
				if (value === null || value === "") query.delete(name);
				else query.set(name, String(value));
			}
			const text = query.toString();
			window.history.replaceState(null, "", text ? `${path}?${text}` : path);
		},
		page: Number.isInteger(page) && page > 0 ? page : 1,
	};
}
