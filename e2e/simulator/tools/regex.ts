import { characterClass } from "../shell/pattern.ts";

/** A POSIX regular expression, basic or extended, as JavaScript's. `\+`, `\?` and `\|` of GNU's basic form are known. */
export function posixRegExp(pattern: string, kind: "basic" | "extended", flags = ""): RegExp {
	return new RegExp(translate(pattern, kind), flags);
}

/** A text that means itself. */
export function fixedSource(text: string): string {
	return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

export function translate(pattern: string, kind: "basic" | "extended"): string {
	let source = "";
	let start = true;
	for (let at = 0; at < pattern.length; at++) {
		const char = pattern.charAt(at);
		const next = pattern.charAt(at + 1);
		const wasStart = start;
		start = false;
		if (char === "[") {
			const { text, end } = bracket(pattern, at);
			source += text;
			at = end;
		} else if (char === "\\" && next !== "") {
			at += 1;
			if (kind === "basic" && "(){}|+?".includes(next)) {
				source += next;
				start = next === "(" || next === "|";
			} else if (/[0-9wWsSbB]/.test(next)) source += `\\${next}`;
			else if (next === "t") source += "\\t";
			else if (next === "n") source += "\\n";
			else if (next === "<" || next === ">") source += "\\b";
			else source += fixedSource(next);
		} else if (kind === "basic" && "(){}|+?".includes(char)) source += `\\${char}`;
		else if (kind === "basic" && char === "*" && wasStart) source += "\\*";
		else if (kind === "basic" && char === "^" && !wasStart) source += "\\^";
		else if (kind === "basic" && char === "$" && at + 1 < pattern.length && !pattern.startsWith("\\)", at + 1)) source += "\\$";
		else if (char === "/") source += "\\/";
		else {
			source += char;
			start = char === "^" || (kind === "extended" && (char === "(" || char === "|"));
		}
	}
	return source;
}

function bracket(pattern: string, from: number): { text: string; end: number } {
	let at = from + 1;
	const negated = pattern.charAt(at) === "^";
	if (negated) at += 1;
	let inside = "";
	for (let first = true; at < pattern.length; at++, first = false) {
		const char = pattern.charAt(at);
		if (char === "]" && !first) return { text: `[${negated ? "^" : ""}${inside}]`, end: at };
		const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at));
		if (named) {
			inside += characterClass(named[1] ?? "") ?? "";
			at += named[0].length - 1;
		} else if (char === "\\" && (pattern.charAt(at + 1) === "t" || pattern.charAt(at + 1) === "n")) {
			// GNU's own, which our scripts use for a tab.
			inside += `\\${pattern.charAt(at + 1)}`;
			at += 1;
		} else inside += /[\\\]^[]/.test(char) ? `\\${char}` : char;
	}
	throw new Error("Unmatched [, [^, [:, [., or [=");
}
