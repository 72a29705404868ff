/** A sentence of the catalogue: ICU's text, or what the build makes of it, so that no page carries a parser (icu-minify's lists). */
export type Template = string | readonly unknown[];

/** icu-minify's numbers for what has branches: one for each word of a value; for its plural forms. */
const SELECT = 1;
const PLURALS: readonly unknown[] = [2, 3];

/** The values that a sentence asks for, by name; true where it has a branch for each word of the value. */
export function placeholders(template: Template): Map<string, boolean> {
	const found = new Map<string, boolean>();
	if (typeof template === "string")
		for (const [, name = "", select] of template.matchAll(/\{\s*([A-Za-z][A-Za-z0-9]*)\s*(?:(,\s*select\s*,)|[,}])/g))
			found.set(name, found.get(name) || select !== undefined);
	else collect(template, found);
	return found;
}

/** `parts`: texts, the sign for a plural's number, and lists `[name, kind, …]` of a value or `[name, part, …]` of a tag. */
function collect(parts: readonly unknown[], found: Map<string, boolean>): void {
	for (const part of parts) {
		if (!Array.isArray(part)) continue;
		const [name, kind, branches] = part as readonly unknown[];
		const isValue = kind === undefined || (typeof kind === "number" && kind !== 0);
		if (!isValue) collect(part.slice(1), found);
		else if (typeof name === "string") found.set(name, found.get(name) || kind === SELECT);
		if ((kind === SELECT || PLURALS.includes(kind)) && typeof branches === "object" && branches !== null)
			for (const branch of Object.values(branches)) if (Array.isArray(branch)) collect(branch, found);
	}
}
