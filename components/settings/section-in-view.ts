"use client";

import { useEffect, useState } from "react";

/** A section counts as soon as it reaches the upper third of the window. */
const UPPER_THIRD = "0px 0px -66% 0px";

/** Which of the elements with these ids one reads now: the first in the upper part of the window. Null until the browser has told. */
export function useSectionInView(ids: readonly string[]): string | null {
	const [current, setCurrent] = useState<string | null>(null);
	const list = ids.join(" ");
	useEffect(() => {
		const all = list.split(" ");
		const seen = new Set<string>();
		const observer = new IntersectionObserver(
			(entries) => {
				for (const { target, isIntersecting } of entries) {
					if (isIntersecting) seen.add(target.id);
					else seen.delete(target.id);
				}
				setCurrent((old) => all.find((id) => seen.has(id)) ?? old);
			},
			{ rootMargin: UPPER_THIRD },
		);
		for (const id of all) {
			const element = document.getElementById(id);
			if (element) observer.observe(element);
		}
		return () => observer.disconnect();
	}, [list]);
	return current;
}
