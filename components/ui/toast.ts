import type { ExternalToast } from "sonner";
import { OnDemand } from "./on-demand/on-demand.ts";

type Say = (text: string, options?: ExternalToast) => void;
type Kind = "success" | "info" | "warning" | "error";
type Sonner = Readonly<Record<Kind, Say>>;

/** What shows them, and what came before it was there. */
export const toasts = new OnDemand(() => import("./on-demand/toaster.tsx"));
const waiting: ((shown: Sonner) => void)[] = [];
let sonner: Sonner | null = null;

function say(kind: Kind): Say {
	return (text, options) => {
		if (sonner) return void sonner[kind](text, options);
		waiting.push((shown) => shown[kind](text, options));
		toasts.load();
	};
}

/** Confirms what was done; an error also stays where it happened (ProblemAlert). */
export const toast = { success: say("success"), info: say("info"), warning: say("warning"), error: say("error") };

/** Told by the toaster once toasts are seen. */
export function showToasts(shown: Sonner): void {
	sonner = shown;
	for (const tell of waiting.splice(0)) tell(shown);
}
