import type { FieldChange } from "./contracts/audit.ts";

/** What differs between two objects, field by field in the order of `after`: nested fields by their path, lists as one text. */
export function fieldChanges(before: object, after: object): FieldChange[] {
	const [old, now] = [flat(before), flat(after)];
	const fields = [...new Set([...now.keys(), ...old.keys()])];
	return fields
		.map((field) => ({ field, before: old.get(field) ?? "", after: now.get(field) ?? "" }))
		.filter((change) => change.before !== change.after);
}

/** By path; what is null is empty. */
function flat(value: object, path = ""): Map<string, string> {
	const texts = new Map<string, string>();
	for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
		const here = path === "" ? name : `${path}.${name}`;
		if (inner === undefined) continue;
		if (inner === null) texts.set(here, "");
		else if (Array.isArray(inner)) texts.set(here, inner.map(shown).join(", "));
		else if (typeof inner === "object") for (const [below, text] of flat(inner, here)) texts.set(below, text);
		else texts.set(here, String(inner));
	}
	return texts;
}

function shown(item: unknown): string {
	return typeof item === "object" ? JSON.stringify(item) : String(item);
}
