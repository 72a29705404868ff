import type { MigrationDraft } from "./contracts/draft.ts";
import type { UnsavedDraft } from "./draft-keeper.ts";
import { readDraft } from "./draft-shape.ts";
import { DRAFT_REVISION, MOST_UNANSWERED } from "./draft-words.ts";

/**
 * What a browser keeps of drafts that the server does not have yet: one entry for each time that a draft is opened in a tab, so that none
 * takes another's place. A version before this one kept one for each draft.
 */
const PREFIX = "gantry.migration.unsaved.";
/** Of more than so many the oldest go: a browser's storage is small. */
export const MOST_UNSAVED = 10;

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

interface Entry extends UnsavedDraft {
	atMs: number;
}

/** Whose entry: of which draft, opened in which tab, and which time. */
export interface DraftOwner {
	id: string;
	tab: string;
	opening: string;
}

/** Keeps this of the draft; `nowMs`: milliseconds since 1970. Throws where the store is full or forbidden. */
export function rememberUnsaved(store: Store, owner: DraftOwner, unsaved: UnsavedDraft, nowMs: number): void {
	const own = keyOf(owner);
	const others = keysOf(store).filter((key) => key !== own);
	const newestFirst = others.map((key) => ({ key, atMs: read(store, key)?.atMs ?? 0 })).sort((one, other) => other.atMs - one.atMs);
	for (const { key } of newestFirst.slice(MOST_UNSAVED - 1)) store.removeItem(key);
	store.setItem(own, JSON.stringify({ atMs: nowMs, ...unsaved }));
}

/**
 * Makes the newest of what is kept of this draft the owner's, and returns it: of what its own tab kept, and of any other's where that is
 * nothing. Null where nothing is kept, or nothing that can be read.
 */
export function adoptUnsaved(store: Store, owner: DraftOwner): UnsavedDraft | null {
	const [newest] = keysOf(store, owner.id)
		.flatMap((key) => {
			const entry = read(store, key);
			return entry === null ? [] : [{ key, entry, own: key.startsWith(tabOf(owner)) }];
		})
		.sort((one, other) => Number(other.own) - Number(one.own) || other.entry.atMs - one.entry.atMs);
	if (!newest) return null;
	const { key, entry } = newest;
	const { atMs, ...unsaved } = entry;
	// At no moment without it.
	store.setItem(keyOf(owner), JSON.stringify(entry));
	if (key !== keyOf(owner)) store.removeItem(key);
	return unsaved;
}

/** Once the server has what was kept of it there. */
export function forgetUnsaved(store: Store, owner: DraftOwner): void {
	store.removeItem(keyOf(owner));
}

/** Once nobody wants the draft any more. */
export function forgetDraft(store: Store, id: string): void {
	for (const key of keysOf(store, id)) store.removeItem(key);
}

function tabOf({ id, tab }: DraftOwner): string {
	return `${PREFIX}${id}.${tab}.`;
}

function keyOf(owner: DraftOwner): string {
	return tabOf(owner) + owner.opening;
}

function keysOf(store: Store, id?: string): string[] {
	const all = Array.from({ length: store.length }, (_, index) => store.key(index)).filter((key) => key !== null);
	if (id === undefined) return all.filter((key) => key.startsWith(PREFIX));
	return all.filter((key) => key === PREFIX + id || key.startsWith(`${PREFIX}${id}.`));
}

function read(store: Store, key: string): Entry | null {
	const text = store.getItem(key);
	if (text === null) return null;
	try {
		const stored: unknown = JSON.parse(text);
		if (typeof stored !== "object" || stored === null) return null;
		const { atMs, content: kept, basedOn, unanswered } = stored as Partial<Record<keyof Entry, unknown>>;
		const content: MigrationDraft | null = readDraft(kept);
		if (typeof atMs !== "number" || content === null) return null;
		return { atMs, content, basedOn: typeof basedOn === "string" ? basedOn : null, unanswered: revisionsOf(unanswered) };
	} catch {
		return null;
	}
}

function revisionsOf(stored: unknown): string[] {
	if (!Array.isArray(stored)) return [];
	return stored.filter((one): one is string => typeof one === "string" && DRAFT_REVISION.test(one)).slice(-MOST_UNANSWERED);
}
