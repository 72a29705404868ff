const KEY = "gantry.watched";
/** Older ones are nobody's concern any more. */
const MOST = 30;

function read(): string[] {
	try {
		const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
		return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
	} catch {
		return [];
	}
}

/** Migrations that somebody has opened in this browser before they were over: for every tab to tell of. */
export function isWatched(migrationId: string): boolean {
	return read().includes(migrationId);
}

export function watchedAny(): boolean {
	return read().length > 0;
}

export function rememberWatched(migrationId: string): void {
	try {
		const others = read().filter((id) => id !== migrationId);
		localStorage.setItem(KEY, JSON.stringify([migrationId, ...others].slice(0, MOST)));
	} catch {
		// Storing is forbidden here: then only the page itself tells.
	}
}
