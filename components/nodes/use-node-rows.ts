"use client";

import { defaultRangeExtractor, type Range, useVirtualizer, type VirtualItem, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { rowSlots } from "@/lib/row-slots.ts";

const ROW_PX = 36;
const OVERSCAN = 8;

export type NodeVirtualizer = Virtualizer<HTMLDivElement, HTMLElement>;

interface NodeRowsOptions {
	scroller: RefObject<HTMLDivElement | null>;
	/** Of all rows, in the order in which they are shown. */
	ids: readonly string[];
	/** The row with the focus stays drawn wherever it is scrolled to: else the focus would be lost with it. */
	focused: string | null;
}

interface NodeRows {
	virtual: NodeVirtualizer;
	/** What is to be drawn, with the drawn row that it is drawn in. */
	items: readonly { item: VirtualItem; id: string; slot: number }[];
	/** For each drawn row: whose it is now. */
	onShown: (id: string, element: HTMLElement) => () => void;
}

/** Which rows of thousands are drawn, and in which of the rows that are drawn already. */
export function useNodeRows({ scroller, ids, focused }: NodeRowsOptions): NodeRows {
	const rangeExtractor = useCallback(
		(range: Range) => {
			const drawn = defaultRangeExtractor(range);
			const at = focused === null ? -1 : ids.indexOf(focused);
			return at === -1 || drawn.includes(at) ? drawn : [...drawn, at].sort((one, other) => one - other);
		},
		[focused, ids],
	);
	const [heights] = useState(() => new WeakMap<HTMLElement, number>());
	// Told by the browser with the frame's own layout; whoever asks before is told what was known, and not made to wait for a layout.
	const measureElement = useCallback(
		(element: HTMLElement, entry: ResizeObserverEntry | undefined, of: NodeVirtualizer) => {
			const box = entry?.borderBoxSize[0];
			if (box) heights.set(element, Math.round(box.blockSize));
			return heights.get(element) ?? of.itemSizeCache.get(of.options.getItemKey(of.indexFromElement(element))) ?? ROW_PX;
		},
		[heights],
	);
	// The same function while the rows are the same: with another one all of them are measured out anew.
	const getItemKey = useCallback((index: number) => ids[index] ?? index, [ids]);
	const virtual = useVirtualizer<HTMLDivElement, HTMLElement>({
		count: ids.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => ROW_PX,
		getItemKey,
		overscan: OVERSCAN,
		rangeExtractor,
		measureElement,
	});
	const items = virtual.getVirtualItems();
	const slots = useRef<ReadonlyMap<string, number>>(new Map());
	const drawn = useMemo(() => items.map((item) => ({ item, id: ids[item.index] ?? "" })).filter(({ id }) => id !== ""), [items, ids]);
	const assigned = useMemo(
		() =>
			rowSlots(
				slots.current,
				drawn.map(({ id }) => id),
				focused,
			),
		[drawn, focused],
	);
	useLayoutEffect(() => {
		slots.current = assigned;
	}, [assigned]);
	const onShown = useCallback(
		(id: string, element: HTMLElement) => {
			virtual.measureElement(element);
			// Where the next node is as high as the one before, the browser has nothing to tell.
			const height = heights.get(element);
			if (height !== undefined) virtual.resizeItem(virtual.indexFromElement(element), height);
			return () => {
				// Else the virtualizer would no longer watch the row when `id` is drawn in another one.
				if (virtual.elementsCache.get(id) === element) virtual.elementsCache.delete(id);
			};
		},
		[virtual, heights],
	);
	return { virtual, items: drawn.map((one) => ({ ...one, slot: assigned.get(one.id) ?? -1 })), onShown };
}
