import type { UnsavedDraft } from "@/lib/draft-keeper.ts";
import { adoptUnsaved, type DraftOwner, forgetDraft, forgetUnsaved, rememberUnsaved } from "@/lib/unsaved-drafts.ts";

/** Keeps in this browser what the server could not take. */
export function remember(owner: DraftOwner, unsaved: UnsavedDraft): void {
	try {
		rememberUnsaved(localStorage, owner, unsaved, Date.now());
	} catch {
		// Full or forbidden: then the page says that it is not saved, and that is all there is.
	}
}

/** What this browser has of the draft and the server may not have, this tab's before any other's; null where nothing. */
export function adopt(owner: DraftOwner): UnsavedDraft | null {
	try {
		return adoptUnsaved(localStorage, owner);
	} catch {
		return null;
	}
}

/** What was kept of it there. */
export function forget(owner: DraftOwner): void {
	quietly(() => forgetUnsaved(localStorage, owner));
}

/** All that is kept of the draft. */
export function forgetAll(id: string): void {
	quietly(() => forgetDraft(localStorage, id));
}

function quietly(work: () => void): void {
	try {
		work();
	} catch {
		// Nothing is stored where storing is forbidden.
	}
}
