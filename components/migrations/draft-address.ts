import type { DraftStep } from "@/lib/contracts/draft.ts";

/** Where a draft is gone on with. */
export function draftHref(id: string, step: DraftStep): string {
	return `/migrations/new?draft=${encodeURIComponent(id)}&step=${step}`;
}

/** An id for a draft that begins in this browser; nobody else's is ever met. */
export const newDraftId = newName;

/** What one content of a draft is called; no other is. */
export const newRevision = newName;

/** A name that nothing else has. */
export function newName(): string {
	// Not crypto.randomUUID: that is absent where the console is served over plain HTTP.
	return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
