import { withRecent } from "@/lib/palette.ts";

const KEY = "gantry.palette.recent";

/** What was used last in this browser, the last first. */
export function readRecent(): string[] {
	try {
		const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
		return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
	} catch {
		// Storing is forbidden here, or somebody else wrote there.
		return [];
	}
}

export function rememberRecent(id: string): void {
	try {
		localStorage.setItem(KEY, JSON.stringify(withRecent(readRecent(), id)));
	} catch {
		// Then nothing is remembered.
	}
}
