import type { MigrationDraft } from "@/lib/contracts/draft.ts";
import { forgetUnsaved, readUnsaved, rememberUnsaved } from "@/lib/unsaved-drafts.ts";

/** Keeps in this browser what the server could not take. */
export function remember(id: string, content: MigrationDraft): void {
	try {
		rememberUnsaved(localStorage, id, content, Date.now());
	} catch {
		// Full or forbidden: then the page says that it is not saved, and that is all there is.
	}
}

/** What this browser has of the draft and the server may not have; null where nothing. */
export function remembered(id: string): MigrationDraft | null {
	try {
		return readUnsaved(localStorage, id);
	} catch {
		return null;
	}
}

export function forget(id: string): void {
	try {
		forgetUnsaved(localStorage, id);
	} catch {
		// Nothing is stored where storing is forbidden.
	}
}
