"use client";

import { useSyncExternalStore } from "react";
import { useStoredFlag } from "@/components/ui/stored-flag.ts";
import { claim } from "@/lib/claim.ts";

/** A tab that somebody looks at claims at once; the others leave it so long. Milliseconds. */
const LEAVE_MS = 500;

/**
 * Why the browser shows no notifications: it has none; it has them for pages that came over HTTPS only, which this one did not; or the
 * person has forbidden them to this console.
 */
export type NotificationObstacle = "insecure" | "unsupported" | "denied";

function obstacle(): NotificationObstacle | null {
	if (!window.isSecureContext) return "insecure";
	if (typeof Notification === "undefined") return "unsupported";
	return Notification.permission === "denied" ? "denied" : null;
}

function subscribe(listener: () => void): () => void {
	// A person who allows them in the browser's settings comes back to the tab.
	window.addEventListener("focus", listener);
	return () => window.removeEventListener("focus", listener);
}

/** Null on the server too, where nobody knows. */
export function useNotificationObstacle(): NotificationObstacle | null {
	return useSyncExternalStore(subscribe, obstacle, () => null);
}

/** Whether this browser is to tell; the browser's own permission comes on top. */
export function useNotificationChoice(): [boolean, (on: boolean) => void] {
	return useStoredFlag("gantry.notifications", false);
}

/** Asks the person, who has just pressed something: browsers ignore whoever asks without. */
export async function askToNotify(): Promise<boolean> {
	return obstacle() === null && (await Notification.requestPermission()) === "granted";
}

interface Shown {
	key: string;
	title: string;
	body: string;
	onOpen: () => void;
}

/** Shows it once for all tabs of the browser, and not at all where somebody looks at one of them. */
export async function notify({ key, title, body, onOpen }: Shown): Promise<void> {
	if (obstacle() !== null || Notification.permission !== "granted") return;
	const seen = !document.hidden && document.hasFocus();
	if (!seen) await new Promise((resolve) => setTimeout(resolve, LEAVE_MS));
	const { locks } = navigator;
	const alone = locks ? async <T>(work: () => T): Promise<T> => locks.request("gantry-claims", async () => work()) : null;
	const mine = await claim(key, { alone, storage: localStorage, nowMs: Date.now() });
	if (!mine || seen) return;
	try {
		const shown = new Notification(title, { body, tag: key, icon: "/icon.svg" });
		shown.onclick = () => {
			window.focus();
			onOpen();
			shown.close();
		};
	} catch {
		// Some phones show only what a service worker sends; there the title has to do.
	}
}
