/**
 * Which of the drawn rows shows which of `ids`, by number: whoever stays keeps its own, whoever comes is given one that is free now, in
 * their order, and a new one where none is. So a drawn row is changed and not made anew. The one that was `focused` is given to nobody
 * else: whoever goes on typing there would speak of another.
 */
export function rowSlots(before: ReadonlyMap<string, number>, ids: readonly string[], focused: string | null): Map<string, number> {
	const slots = new Map<string, number>();
	const wanted = new Set(ids);
	const free: number[] = [];
	for (const [id, slot] of before) {
		if (!wanted.has(id) && id !== focused) free.push(slot);
	}
	let next = 0;
	for (const slot of before.values()) next = Math.max(next, slot + 1);
	let taken = 0;
	for (const id of ids) slots.set(id, before.get(id) ?? free[taken++] ?? next++);
	return slots;
}
