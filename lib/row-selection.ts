/**
 * Chosen rows by id. What was chosen stays chosen when the filter hides it: an action is about the ids, never about what a
 * filter would match by then.
 */
export interface Selection {
	ids: ReadonlySet<string>;
	/** Where a range with shift begins. */
	anchor: string | null;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), anchor: null };

/** Chooses or drops one row; with `range`, all rows between the last one pressed and this, as `order` shows them. */
export function toggleRow(selection: Selection, id: string, order: readonly string[], range = false): Selection {
	const on = !selection.ids.has(id);
	const ids = new Set(selection.ids);
	for (const one of range ? between(order, selection.anchor, id) : [id]) {
		if (on) ids.add(one);
		else ids.delete(one);
	}
	return { ids, anchor: id };
}

/**
 * The keyboard's way with shift, from the row that had the focus to the one that gets it: what lies between is chosen; one step back
 * over chosen rows drops the row that is left.
 */
export function extendTo(selection: Selection, from: string, to: string, order: readonly string[]): Selection {
	const ids = new Set(selection.ids);
	const way = between(order, from, to);
	if (way.length === 2 && ids.has(from) && ids.has(to)) ids.delete(from);
	else for (const id of way) ids.add(id);
	return { ids, anchor: to };
}

/** Adds all of these to what is chosen. */
export function addRows(selection: Selection, added: Iterable<string>): Selection {
	return { ids: new Set([...selection.ids, ...added]), anchor: null };
}

function between(order: readonly string[], anchor: string | null, id: string): readonly string[] {
	const from = anchor === null ? -1 : order.indexOf(anchor);
	const to = order.indexOf(id);
	if (from === -1 || to === -1) return [id];
	return order.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** Adds all of `order`, or drops them where all were chosen. */
export function toggleAll(selection: Selection, order: readonly string[]): Selection {
	const all = order.length > 0 && order.every((id) => selection.ids.has(id));
	const ids = new Set(selection.ids);
	for (const id of order) {
		if (all) ids.delete(id);
		else ids.add(id);
	}
	return { ids, anchor: null };
}

/** Drops what no longer exists. The same object where nothing changes. */
export function keepExisting(selection: Selection, existing: ReadonlySet<string>): Selection {
	const ids = [...selection.ids].filter((id) => existing.has(id));
	return ids.length === selection.ids.size ? selection : { ids: new Set(ids), anchor: selection.anchor };
}
