"use client";

import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import { type TimeChoice, zoneOf } from "@/lib/time-choice.ts";

const Choice = createContext<TimeChoice>("local");

/** In which zone every moment of the page is told. */
export function TimeZoneProvider({ choice, children }: { choice: TimeChoice; children: ReactNode }) {
	return <Choice value={choice}>{children}</Choice>;
}

export function useTimeChoice(): TimeChoice {
	return useContext(Choice);
}

/** For the functions of lib/format.ts; undefined = the browser's zone. */
export function useTimeZone(): string | undefined {
	return zoneOf(useContext(Choice));
}

const never = () => () => {};

/** False on the server and in the first render, so that both give the same: nobody knows the browser's zone yet. */
export function useInBrowser(): boolean {
	return useSyncExternalStore(
		never,
		() => true,
		() => false,
	);
}
