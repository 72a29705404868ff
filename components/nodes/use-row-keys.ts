"use client";

import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from "react";
import { extendTo, type Selection, toggleRow } from "@/lib/row-selection.ts";

interface RowKeysOptions {
	body: RefObject<HTMLTableSectionElement | null>;
	/** Of the rows, in the order in which they are shown. */
	ids: readonly string[];
	virtual: Virtualizer<HTMLDivElement, HTMLElement>;
	onSelection: (change: (selection: Selection) => Selection) => void;
	onSelectAll: () => void;
}

/**
 * The table by the keyboard, while the focus is on a row's box: arrows, Home, End and the page keys move it, with shift they choose on
 * the way; shift and space choose a range from the last row pressed; Ctrl or Cmd with A all that match. Space itself is the box's.
 */
export function useRowKeys({ body, ids, virtual, onSelection, onSelectAll }: RowKeysOptions) {
	const wanted = useRef<number | null>(null);
	// A row that is far away is drawn only once the table has been scrolled there.
	useLayoutEffect(() => {
		if (wanted.current === null) return;
		const box = body.current?.querySelector<HTMLElement>(`tr[data-index="${wanted.current}"] input[type=checkbox]`);
		if (!box) return;
		wanted.current = null;
		box.focus({ preventScroll: true });
	});
	return (event: KeyboardEvent<HTMLTableSectionElement>) => {
		const { target, key, shiftKey } = event;
		if (!(target instanceof HTMLInputElement) || target.type !== "checkbox" || event.altKey) return;
		const at = Number(target.closest<HTMLElement>("tr[data-index]")?.dataset.index ?? Number.NaN);
		const id = ids[at];
		if (id === undefined) return;
		if (event.ctrlKey || event.metaKey) {
			if (key.toLowerCase() !== "a" || shiftKey) return;
			event.preventDefault();
			onSelectAll();
			return;
		}
		if (key === " " && shiftKey) {
			event.preventDefault();
			onSelection((old) => toggleRow(old, id, ids, true));
			return;
		}
		const range = virtual.range;
		const page = Math.max(1, range ? range.endIndex - range.startIndex : 10);
		const moves: Record<string, number> = {
			ArrowDown: at + 1,
			ArrowUp: at - 1,
			PageDown: at + page,
			PageUp: at - page,
			Home: 0,
			End: ids.length - 1,
		};
		const move = moves[key];
		if (move === undefined) return;
		event.preventDefault();
		const to = Math.min(Math.max(move, 0), ids.length - 1);
		const there = ids[to];
		if (to === at || there === undefined) return;
		if (shiftKey) onSelection((old) => extendTo(old, id, there, ids));
		wanted.current = to;
		virtual.scrollToIndex(to);
		const drawn = body.current?.querySelector<HTMLElement>(`tr[data-index="${to}"] input[type=checkbox]`);
		if (!drawn) return;
		wanted.current = null;
		drawn.focus({ preventScroll: true });
	};
}
