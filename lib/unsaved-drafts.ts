import type { MigrationDraft } from "./contracts/draft.ts";
import { readDraft } from "./draft-shape.ts";

/** What a browser keeps of drafts that the server does not have yet: one entry each, so that none takes another's place. */
const PREFIX = "gantry.migration.unsaved.";
/** Of more than so many the oldest go: a browser's storage is small. */
export const MOST_UNSAVED = 10;

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

interface Unsaved {
	atMs: number;
	content: MigrationDraft;
}

/** Keeps this content of the draft; `nowMs`: milliseconds since 1970. Throws where the store is full or forbidden. */
export function rememberUnsaved(store: Store, id: string, content: MigrationDraft, nowMs: number): void {
	const others = keysOf(store).filter((key) => key !== PREFIX + id);
	const newestFirst = others.map((key) => ({ key, atMs: read(store, key)?.atMs ?? 0 })).sort((one, other) => other.atMs - one.atMs);
	for (const { key } of newestFirst.slice(MOST_UNSAVED - 1)) store.removeItem(key);
	store.setItem(PREFIX + id, JSON.stringify({ atMs: nowMs, content }));
}

/** What is kept of this draft; null where nothing is, or nothing that can be read. */
export function readUnsaved(store: Store, id: string): MigrationDraft | null {
	return read(store, PREFIX + id)?.content ?? null;
}

/** Once the server has it, or nobody wants it any more. */
export function forgetUnsaved(store: Store, id: string): void {
	store.removeItem(PREFIX + id);
}

function keysOf(store: Store): string[] {
	const all = Array.from({ length: store.length }, (_, index) => store.key(index));
	return all.filter((key) => key !== null).filter((key) => key.startsWith(PREFIX));
}

function read(store: Store, key: string): Unsaved | null {
	const text = store.getItem(key);
	if (text === null) return null;
	try {
		const stored: unknown = JSON.parse(text);
		if (typeof stored !== "object" || stored === null) return null;
		const { atMs, content: kept } = stored as Partial<Record<keyof Unsaved, unknown>>;
		const content = readDraft(kept);
		return typeof atMs === "number" && content !== null ? { atMs, content } : null;
	} catch {
		return null;
	}
}
