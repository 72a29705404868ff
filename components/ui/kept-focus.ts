"use client";

import { useEffect } from "react";

/** What opens over a page; each keeps a place of its own. */
const LAYERS = "[role=dialog],[role=alertdialog],[role=menu],[role=listbox]";
/** Parts that may stand for what was in them. */
const PARTS = "tr,li,fieldset,form,search,section,header,[role=tabpanel],[role=dialog],[role=alertdialog],main";
/** Base UI's own posts at both ends of a dialog. */
const GUARD = "[data-base-ui-focus-guard]";
/** Whoever places the focus by code does so before. Milliseconds. */
const FIRST_OTHERS_MS = 50;

/** What had the focus, and around it all up to the page's or the dialog's end. */
type Place = readonly HTMLElement[];

let standsFor: HTMLElement | null = null;

/**
 * What has the focus may be taken away: a row that was removed, a button that is of no use any more, a dialog that leads back to either. The
 * browser would leave the focus nowhere then; it goes to the nearest part that is still there, or back to where it was before a dialog.
 */
export function useKeptFocus(): void {
	useEffect(() => {
		/** One for each layer, the last first. */
		let places: readonly Place[] = [];
		let timer: ReturnType<typeof setTimeout> | undefined;
		const note = ({ target }: FocusEvent) => {
			if (!(target instanceof HTMLElement) || target.matches(GUARD)) return;
			const place = placeOf(target);
			places = [place, ...places.filter((one) => one.at(-1) !== place.at(-1) && one.at(-1)?.isConnected)];
			if (isBehind(target)) keepSoon();
		};
		const isGone = () => places[0]?.[0]?.isConnected === false && document.activeElement === document.body;
		const keep = () => {
			if (!isGone() && !isBehind(document.activeElement)) return;
			for (const [at, ...around] of places)
				for (const element of [at, ...around.filter((one) => one.matches(PARTS))])
					if (element?.isConnected && !isBehind(element) && give(element)) return;
		};
		const keepSoon = () => {
			clearTimeout(timer);
			timer = setTimeout(keep, FIRST_OTHERS_MS);
		};
		const observer = new MutationObserver(() => {
			if (isGone()) keepSoon();
		});
		document.addEventListener("focusin", note);
		observer.observe(document.body, { childList: true, subtree: true });
		return () => {
			clearTimeout(timer);
			observer.disconnect();
			document.removeEventListener("focusin", note);
		};
	}, []);
}

/** Nothing that a person chose has the focus. */
export function isFocusFree(): boolean {
	return document.activeElement === document.body || document.activeElement === standsFor;
}

/** A dialog lies over it, and nothing of it can be used: a question in a dialog has led back too far. */
function isBehind(element: Element | null): boolean {
	return element !== null && !element.matches(GUARD) && element.closest("[aria-hidden=true]") !== null;
}

function placeOf(element: HTMLElement): Place {
	const place = [element];
	for (let at = element; !at.matches(LAYERS) && at.parentElement && at.parentElement !== document.body; ) {
		at = at.parentElement;
		place.push(at);
	}
	return place;
}

/** False where it does not take the focus. */
function give(element: HTMLElement): boolean {
	const lent = !element.hasAttribute("tabindex") && element.matches(PARTS);
	if (lent) element.tabIndex = -1;
	element.focus({ preventScroll: true });
	const taken = document.activeElement === element;
	if (lent && !taken) element.removeAttribute("tabindex");
	if (!taken) return false;
	standsFor = element;
	element.addEventListener(
		"blur",
		() => {
			standsFor = null;
			if (lent) element.removeAttribute("tabindex");
		},
		{ once: true },
	);
	return true;
}
