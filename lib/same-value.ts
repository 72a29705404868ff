/** Whether two values would be the same JSON, in whatever order their keys stand; a key without a value is none. */
export function sameValue(one: unknown, other: unknown): boolean {
	if (Object.is(one, other)) return true;
	if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
	if (Array.isArray(one) !== Array.isArray(other)) return false;
	const [left, right] = [one, other] as Record<string, unknown>[];
	return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => sameValue(left?.[key], right?.[key]));
}
