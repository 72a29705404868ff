import { naturalCompare } from "./format.ts";

/** In the order in which groups of equal standing come. */
export const PALETTE_KINDS = ["command", "page", "cluster", "node", "migration", "run"] as const;
export type PaletteKind = (typeof PALETTE_KINDS)[number];

export interface PaletteEntry {
	/** The same for the same thing from day to day: what was used last is remembered by it. */
	id: string;
	kind: PaletteKind;
	label: string;
	/** Beside it, smaller. */
	hint: string;
	/** All that is searched, in lower case; begins with the label. */
	text: string;
	/** Where it leads; null for a command. */
	href: string | null;
}

export interface PaletteGroup {
	kind: PaletteKind | "recent";
	entries: readonly PaletteEntry[];
	/** Further ones that are not listed. */
	more: number;
}

/** What is remembered, and listed first while nothing is typed. */
const MOST_RECENT = 6;
/** Listed while nothing is typed: thousands of nodes are no help. */
const UNASKED: Record<PaletteKind, number> = { command: 12, page: 10, cluster: 5, node: 0, migration: 5, run: 0 };
const ASKED: Record<PaletteKind, number> = { command: 12, page: 10, cluster: 10, node: 15, migration: 10, run: 10 };

/** An entry, with its text made from what is shown and `words` beside. */
export function paletteEntry(entry: Omit<PaletteEntry, "text">, ...words: readonly (string | null | undefined)[]): PaletteEntry {
	return { ...entry, text: [entry.label, entry.hint, ...words].filter(Boolean).join("\n").toLowerCase() };
}

/**
 * What the palette lists. All words of `query` must be found, in any order; what begins with them comes before what only holds them, what
 * was used last before what was not, node2 before node10. The group with the best find is first, so that Enter takes it.
 */
export function searchPalette(entries: readonly PaletteEntry[], query: string, recent: readonly string[]): PaletteGroup[] {
	const words = query.toLowerCase().split(/\s+/).filter(Boolean);
	if (words.length === 0) return unasked(entries, recent);
	const used = new Map(recent.map((id, index) => [id, index]));
	const found = entries.flatMap((entry) => {
		const rank = rankOf(entry, words);
		return rank === null ? [] : [{ entry, rank, used: used.get(entry.id) ?? MOST_RECENT }];
	});
	return PALETTE_KINDS.flatMap((kind, order) => {
		const of = found.filter(({ entry }) => entry.kind === kind);
		if (of.length === 0) return [];
		of.sort((one, other) => one.rank - other.rank || one.used - other.used || naturalCompare(one.entry.label, other.entry.label));
		const listed = of.slice(0, ASKED[kind]);
		const group = { kind, entries: listed.map(({ entry }) => entry), more: of.length - listed.length };
		return [{ group, best: of[0]?.rank ?? 0, order }];
	})
		.sort((one, other) => one.best - other.best || one.order - other.order)
		.map(({ group }) => group);
}

function unasked(entries: readonly PaletteEntry[], recent: readonly string[]): PaletteGroup[] {
	const byId = new Map(entries.map((entry) => [entry.id, entry]));
	const last = recent.slice(0, MOST_RECENT).flatMap((id) => byId.get(id) ?? []);
	const groups = PALETTE_KINDS.flatMap((kind): PaletteGroup[] => {
		const of = entries.filter((entry) => entry.kind === kind && !last.includes(entry));
		const listed = of.slice(0, UNASKED[kind]);
		return listed.length === 0 ? [] : [{ kind, entries: listed, more: of.length - listed.length }];
	});
	return last.length === 0 ? groups : [{ kind: "recent", entries: last, more: 0 }, ...groups];
}

/** 0 the whole label, 1 it begins so, 2 a part of it begins so, 3 found in the label, 4 elsewhere; null where a word is missing. */
function rankOf({ text, label }: PaletteEntry, words: readonly string[]): number | null {
	if (!words.every((word) => text.includes(word))) return null;
	const name = label.toLowerCase();
	const asked = words.join(" ");
	if (name === asked) return 0;
	if (name.startsWith(asked)) return 1;
	if (words.every((word) => name.split(/[\s._:/-]+/).some((part) => part.startsWith(word)))) return 2;
	return words.every((word) => name.includes(word)) ? 3 : 4;
}

/** `recent` with this one first. */
export function withRecent(recent: readonly string[], id: string): string[] {
	return [id, ...recent.filter((one) => one !== id)].slice(0, MOST_RECENT);
}
