"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};

/**
 * True once the page hears what is done to it. What the server drew is there before: a form that is sent until then is sent by the browser, as
 * it stands in the markup.
 */
export function useAwake(): boolean {
	return useSyncExternalStore(
		never,
		() => true,
		() => false,
	);
}
