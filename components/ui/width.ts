"use client";

import { useCallback, useSyncExternalStore } from "react";

/** A phone: what Tailwind's `sm` begins above. */
const NARROW = "(max-width: 639.98px)";
/** Room for two things beside each other: Tailwind's `xl`. */
const WIDE = "(min-width: 1280px)";

/** True where the page is as narrow as a phone's: for what is another thing there, and not only styled otherwise. False on the server. */
export function useNarrow(): boolean {
	return useMedia(NARROW);
}

/** True where the page has room for two things beside each other. False on the server. */
export function useWide(): boolean {
	return useMedia(WIDE);
}

function useMedia(media: string): boolean {
	const subscribe = useCallback(
		(listener: () => void) => {
			const query = window.matchMedia(media);
			query.addEventListener("change", listener);
			return () => query.removeEventListener("change", listener);
		},
		[media],
	);
	return useSyncExternalStore(
		subscribe,
		() => window.matchMedia(media).matches,
		() => false,
	);
}
