"use client";

import { useEffect, useState } from "react";

/** The line that `#L120` names, and the tab that shows it. The address stays short enough to be read out on the telephone. */
export function useHashLine(): { line: number | null; setLine: (line: number) => void; tab: string; setTab: (tab: string) => void } {
	const [line, setLineState] = useState<number | null>(null);
	const [tab, setTab] = useState("log");
	useEffect(() => {
		const read = () => {
			const found = /^#L([1-9]\d{0,8})$/.exec(window.location.hash)?.[1];
			if (!found) return;
			setLineState(Number(found));
			setTab("log");
		};
		read();
		window.addEventListener("hashchange", read);
		return () => window.removeEventListener("hashchange", read);
	}, []);
	return {
		line,
		setLine: (next) => {
			window.history.replaceState(null, "", `#L${next}`);
			setLineState(next);
			setTab("log");
		},
		tab,
		setTab,
	};
}
