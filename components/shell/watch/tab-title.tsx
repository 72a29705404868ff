"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { tabTitle } from "@/lib/tab-title.ts";

interface Titles {
	setPage: (title: string | null) => void;
	/** Something happened; counted until somebody looks at the tab. */
	count: () => void;
}

const Context = createContext<Titles | null>(null);

function useTitles(): Titles {
	const titles = useContext(Context);
	if (!titles) throw new Error("useTabTitle outside TabTitleProvider");
	return titles;
}

const isSeen = () => !document.hidden && document.hasFocus();

/** Keeps the tab's title: what the route says, or the page in its place, and how much happened unseen. */
export function TabTitleProvider({ children }: { children: ReactNode }) {
	const [page, setPage] = useState<string | null>(null);
	const [unseen, setUnseen] = useState(0);
	const base = useRef("Gantry");
	const written = useRef<string | null>(null);
	useEffect(() => {
		const write = () => {
			// The browser shows the first. While a page comes or goes there may be the route's beside it: what is not ours is the route's.
			const titles = [...document.head.querySelectorAll("title")];
			const first = titles[0];
			if (!first) return;
			const routes = titles.findLast(({ textContent }) => textContent !== written.current);
			if (routes) base.current = routes.textContent;
			written.current = tabTitle(base.current, page, unseen);
			if (first.textContent !== written.current) first.textContent = written.current;
		};
		write();
		const observer = new MutationObserver(write);
		observer.observe(document.head, { childList: true, characterData: true, subtree: true });
		return () => observer.disconnect();
	}, [page, unseen]);
	useEffect(() => {
		const look = () => {
			if (isSeen()) setUnseen(0);
		};
		document.addEventListener("visibilitychange", look);
		window.addEventListener("focus", look);
		return () => {
			document.removeEventListener("visibilitychange", look);
			window.removeEventListener("focus", look);
		};
	}, []);
	const titles = useMemo(
		() => ({
			setPage,
			count: () => {
				if (!isSeen()) setUnseen((old) => old + 1);
			},
		}),
		[],
	);
	return <Context value={titles}>{children}</Context>;
}

/** What the tab is called while this is shown; null leaves it to the route. */
export function useTabTitle(title: string | null): void {
	const { setPage } = useTitles();
	useEffect(() => {
		setPage(title);
		return () => setPage(null);
	}, [title, setPage]);
}

export function useCountUnseen(): () => void {
	return useTitles().count;
}
