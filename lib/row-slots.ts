/**
 * Which of the drawn rows shows which of `ids`, by number: whoever stays keeps its own, whoever comes is given one that is free now and
 * stands at the right place among the others, and a new one where none does. So other rows at the same place are changed and not made
 * anew, and none has to be moved. The one that was `focused` is given to nobody else: whoever goes on typing there would speak of another.
 */
export function rowSlots(before: ReadonlyMap<string, number>, ids: readonly string[], focused: string | null): Map<string, number> {
	const old = [...before];
	const placeOf = new Map(old.map(([id], place) => [id, place]));
	const wanted = new Set(ids);
	const free = old.flatMap(([id, slot], place) => (wanted.has(id) || id === focused ? [] : [{ slot, place }]));
	let next = Math.max(-1, ...before.values()) + 1;
	const slots = new Map<string, number>();
	/** Where the row above stands. */
	let above = -1;
	/** In `ids`, the next one that stays, and where it stands. */
	let below = -1;
	let bound = -1;
	for (const [at, id] of ids.entries()) {
		const slot = before.get(id);
		if (slot !== undefined) {
			slots.set(id, slot);
			above = Math.max(above, placeOf.get(id) ?? -1);
			continue;
		}
		if (at > below) {
			below = ids.findIndex((one, index) => index > at && (placeOf.get(one) ?? -1) > above);
			if (below === -1) below = ids.length;
			bound = placeOf.get(ids[below] ?? "") ?? Number.POSITIVE_INFINITY;
		}
		while (free[0] && free[0].place <= above) free.shift();
		const found = free[0] && free[0].place < bound ? free.shift() : undefined;
		if (found) above = found.place;
		slots.set(id, found?.slot ?? next++);
	}
	return slots;
}
