"use client";

import { useCallback } from "react";
import { useStoredText } from "./stored-text.ts";

/** A switch that the browser remembers, the same wherever it is shown, in every tab. `fallback` holds until somebody has set it. */
export function useStoredFlag(key: string, fallback: boolean): [boolean, (on: boolean) => void] {
	const [stored, store] = useStoredText(key);
	const set = useCallback((on: boolean) => store(on ? "on" : "off"), [store]);
	return [stored === null ? fallback : stored === "on", set];
}
