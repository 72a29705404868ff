import { useEffect, useRef } from "react";

/** The key of the brake, as the button shows it. */
export const PAUSE_KEY = "P";
/** Where a letter is a letter, and not a command. */
const TYPING = "input, textarea, select, [contenteditable='true'], [role='combobox'], [role='dialog'], [role='alertdialog']";

/** Calls `pause` when the key is pressed alone, anywhere but where somebody types or answers a dialog. Null: nothing to pause. */
export function usePauseKey(pause: (() => void) | null): void {
	const newest = useRef(pause);
	useEffect(() => {
		newest.current = pause;
	}, [pause]);
	useEffect(() => {
		const press = (event: KeyboardEvent) => {
			if (event.key.toUpperCase() !== PAUSE_KEY || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
			if (event.target instanceof Element && event.target.closest(TYPING)) return;
			newest.current?.();
		};
		document.addEventListener("keydown", press);
		return () => document.removeEventListener("keydown", press);
	}, []);
}
