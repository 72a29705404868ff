"use client";

import { useRef, useState } from "react";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";
import { PlainSelect } from "./on-demand/plain-select.tsx";
import type { SearchSelectProps } from "./on-demand/search-select.tsx";

const searchSelect = new OnDemand(() => import("./on-demand/search-select.tsx"));

/** One choice of thousands: found by typing a part of its name, and only the first few are drawn. */
export function SearchSelect(props: SearchSelectProps) {
	const { search: _, none: __, more: ___, onOpen, ...plain } = props;
	const [open, setOpen] = useState(false);
	const hadFocus = useRef(false);
	const code = useOnDemand(searchSelect, open);
	const change = (next: boolean) => {
		if (next) onOpen?.();
		setOpen(next);
	};
	if (code === null) return <PlainSelect {...plain} onOpen={() => change(true)} hadFocus={hadFocus} />;
	return <code.SearchSelect {...props} open={open} onOpenChange={change} hadFocus={hadFocus} />;
}
