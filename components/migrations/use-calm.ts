"use client";

import { useEffect, useRef, useState } from "react";

/** The newest value, but not more often than each `ms`: a page of hundreds of nodes hears of fifty changes in a second. */
export function useCalm<Value>(value: Value, ms: number): Value {
	const [shown, setShown] = useState(value);
	const shownAt = useRef(0);
	useEffect(() => {
		const wait = shownAt.current + ms - performance.now();
		const show = () => {
			shownAt.current = performance.now();
			setShown(() => value);
		};
		if (wait <= 0) return show();
		const timer = setTimeout(show, wait);
		return () => clearTimeout(timer);
	}, [value, ms]);
	return shown;
}
