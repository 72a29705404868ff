"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

const Now = createContext(0);

/** One timer for all ages and countdowns of a tab: each second, and none while the tab is hidden. */
export function ClockProvider({ children }: { children: ReactNode }) {
	const [now, setNow] = useState(0);
	useEffect(() => {
		const tick = () => {
			if (!document.hidden) setNow(Date.now());
		};
		tick();
		const timer = setInterval(tick, 1_000);
		document.addEventListener("visibilitychange", tick);
		return () => {
			clearInterval(timer);
			document.removeEventListener("visibilitychange", tick);
		};
	}, []);
	return <Now value={now}>{children}</Now>;
}

/** Milliseconds since 1970, moving each second. 0 on the server and in the first render, so that both give the same. */
export function useNow(): number {
	return useContext(Now);
}
