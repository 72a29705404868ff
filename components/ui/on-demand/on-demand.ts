"use client";

import { useEffect, useSyncExternalStore } from "react";

/** First signs of a person at a page that is only seen so far. */
const SIGNS = ["pointermove", "pointerdown", "touchstart", "keydown"] as const;
/** A touch becomes a press only a moment after it has ended. Milliseconds. */
const AFTER_RELEASE_MS = 50;
/** After a read that failed. Milliseconds. */
const AGAIN_MS = 1_000;

/**
 * Code that a page is shown without: what opens over it. It is loaded at the first sign of a person, so that it is there before anything is
 * pressed, or when it is wanted.
 */
export class OnDemand<Code> {
	readonly #listeners = new Set<() => void>();
	#code: Code | null = null;
	#loading = false;

	constructor(private readonly read: () => Promise<Code>) {
		parts.add(this);
	}

	get code(): Code | null {
		return this.#code;
	}

	load(): void {
		if (this.#loading) return;
		this.#loading = true;
		this.read().then(
			(code) =>
				whenReleased(() => {
					this.#code = code;
					for (const listener of [...this.#listeners]) listener();
				}),
			() => {
				// The server is away: whoever wants it asks again.
				this.#loading = false;
			},
		);
	}

	subscribe = (listener: () => void): (() => void) => {
		watchForPerson();
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};
}

/** The code once it is there; null on the server and until then. `wanted`: load it now. */
export function useOnDemand<Code>(part: OnDemand<Code>, wanted = false): Code | null {
	const code = useSyncExternalStore(
		part.subscribe,
		() => part.code,
		() => null,
	);
	const missing = wanted && code === null;
	useEffect(() => {
		if (!missing) return;
		part.load();
		const timer = setInterval(() => part.load(), AGAIN_MS);
		return () => clearInterval(timer);
	}, [part, missing]);
	return code;
}

const parts = new Set<OnDemand<unknown>>();
let watching = false;
let pressed = false;
const waiting: (() => void)[] = [];

function watchForPerson(): void {
	if (watching) return;
	watching = true;
	const loadAll = () => {
		for (const sign of SIGNS) window.removeEventListener(sign, loadAll, true);
		for (const part of parts) part.load();
	};
	for (const sign of SIGNS) window.addEventListener(sign, loadAll, { capture: true, passive: true });
	window.addEventListener("pointerdown", () => setPressed(true), true);
	for (const end of ["pointerup", "pointercancel"] as const)
		window.addEventListener(end, () => setTimeout(() => setPressed(false), AFTER_RELEASE_MS), true);
}

function setPressed(now: boolean): void {
	pressed = now;
	if (!pressed) for (const work of waiting.splice(0)) work();
}

/** A button that is replaced while it is pressed would lose the press. */
function whenReleased(work: () => void): void {
	if (pressed) waiting.push(work);
	else work();
}
