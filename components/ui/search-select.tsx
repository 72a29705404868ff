"use client";

import { type KeyboardEvent, useRef, useState } from "react";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";
import { PlainSelect } from "./on-demand/plain-select.tsx";
import type { SearchSelectProps } from "./on-demand/search-select.tsx";

const searchSelect = new OnDemand(() => import("./on-demand/search-select.tsx"));

/** One choice of thousands: found by typing a part of its name, and only the first few are drawn. */
export function SearchSelect(props: SearchSelectProps) {
	const { search: _, none: __, more: ___, reading: ____, onOpen, ...plain } = props;
	const [open, setOpen] = useState(false);
	const early = useRef("");
	const hadFocus = useRef(false);
	const code = useOnDemand(searchSelect, open);
	const change = (next: boolean) => {
		// What is typed already is not lost by pressing once more.
		if (next && open) return;
		if (next) onOpen?.();
		early.current = "";
		setOpen(next);
	};
	// Who opens it and types at once is quicker than the field that takes the keys: they belong into it.
	const onEarlyKey = (event: KeyboardEvent) => {
		if (!open || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		early.current += event.key;
	};
	if (code === null) return <PlainSelect {...plain} onOpen={() => change(true)} onEarlyKey={onEarlyKey} hadFocus={hadFocus} />;
	return <code.SearchSelect {...props} open={open} onOpenChange={change} early={early} onEarlyKey={onEarlyKey} hadFocus={hadFocus} />;
}
