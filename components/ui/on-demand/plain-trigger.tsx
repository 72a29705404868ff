"use client";

import { cloneElement, type KeyboardEvent, type ReactElement, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

interface PlainProps {
	ref?: RefObject<HTMLElement | null>;
	"aria-haspopup"?: "menu" | "dialog";
	"aria-expanded"?: boolean;
	onClick?: () => void;
	onKeyDown?: (event: KeyboardEvent) => void;
}

interface PlainTriggerProps {
	/** The button, which has no handlers of its own. */
	trigger: ReactElement;
	/** What a press opens; null: a press opens nothing. */
	opens: { role: "menu" | "dialog"; open: () => void } | null;
	/** Told whether it had the focus when its place was taken. */
	hadFocus: RefObject<boolean>;
}

/** A button in the place of one whose menu or panel is still to be loaded. It looks the same, and remembers a press. */
export function PlainTrigger({ trigger, opens, hadFocus }: PlainTriggerProps) {
	const ref = useLeftFocus(hadFocus);
	if (opens === null) return cloneElement(trigger as ReactElement<PlainProps>, { ref });
	return cloneElement(trigger as ReactElement<PlainProps>, {
		ref,
		"aria-haspopup": opens.role,
		"aria-expanded": false,
		onClick: opens.open,
		onKeyDown: opens.role === "menu" ? openByArrow(opens.open) : undefined,
	});
}

/** The arrow keys open what hangs below a button. */
export function openByArrow(open: () => void): (event: KeyboardEvent) => void {
	return (event) => {
		if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
		event.preventDefault();
		open();
	};
}

/** For the button that goes: notes whether it takes the focus with it. */
export function useLeftFocus<Element extends HTMLElement>(hadFocus: RefObject<boolean>): RefObject<Element | null> {
	const ref = useRef<Element>(null);
	useLayoutEffect(() => {
		const element = ref.current;
		return () => {
			hadFocus.current = element !== null && document.activeElement === element;
		};
	}, [hadFocus]);
	return ref;
}

/** For the button that comes: takes the focus over. True once it is there, so that what was pressed before opens beside it. */
export function useTakenPlace<Element extends HTMLElement>(
	hadFocus: RefObject<boolean>,
): { ref: RefObject<Element | null>; there: boolean } {
	const ref = useRef<Element>(null);
	const [there, setThere] = useState(false);
	useLayoutEffect(() => {
		if (hadFocus.current) ref.current?.focus({ preventScroll: true });
		hadFocus.current = false;
	}, [hadFocus]);
	useEffect(() => setThere(true), []);
	return { ref, there };
}
