import { z } from "zod";
import { type MigrationDraft, migrationDraftSchema } from "./migration-draft.ts";

/** What a browser keeps of drafts that the server does not have yet: one entry each, so that none takes another's place. */
const PREFIX = "gantry.migration.unsaved.";
/** Of more than so many the oldest go: a browser's storage is small. */
export const MOST_UNSAVED = 10;

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const unsavedSchema = z.object({ atMs: z.number(), content: migrationDraftSchema });

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

function read(store: Store, key: string): z.output<typeof unsavedSchema> | null {
	const text = store.getItem(key);
	if (text === null) return null;
	try {
		return unsavedSchema.safeParse(JSON.parse(text)).data ?? null;
	} catch {
		return null;
	}
}
