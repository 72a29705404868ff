"use client";

import { useEffect, useState } from "react";
import { chooseLogTimes, type LogTimes } from "@/lib/log-times.ts";

const KEY = "gantry.log";

export interface LogPreferences {
	wrap: boolean;
	times: LogTimes;
}

/** How this person reads logs: remembered by the browser. */
export function useLogPreferences(): [LogPreferences, (change: Partial<LogPreferences>) => void] {
	const [preferences, setPreferences] = useState<LogPreferences>({ wrap: false, times: "off" });
	useEffect(() => {
		try {
			const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
			if (typeof stored !== "object" || stored === null) return;
			setPreferences({ wrap: "wrap" in stored && stored.wrap === true, times: chooseLogTimes("times" in stored && stored.times) });
		} catch {
			// Nothing is stored, or storing is forbidden here: the defaults hold.
		}
	}, []);
	return [
		preferences,
		(change) => {
			const next = { ...preferences, ...change };
			setPreferences(next);
			try {
				localStorage.setItem(KEY, JSON.stringify(next));
			} catch {
				// Kept for this page then.
			}
		},
	];
}
