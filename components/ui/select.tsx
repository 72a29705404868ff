"use client";

import { useRef, useState } from "react";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";
import { PlainSelect } from "./on-demand/plain-select.tsx";
import type { SelectProps } from "./on-demand/select.tsx";

const select = new OnDemand(() => import("./on-demand/select.tsx"));

/** One choice of a list. Inside a Field, or with an `aria-label`. */
export function Select(props: SelectProps) {
	const [open, setOpen] = useState(false);
	const hadFocus = useRef(false);
	const code = useOnDemand(select, open);
	if (code === null) return <PlainSelect {...props} onOpen={() => setOpen(true)} hadFocus={hadFocus} />;
	return <code.Select {...props} open={open} onOpenChange={setOpen} hadFocus={hadFocus} />;
}
