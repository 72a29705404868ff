const CLASSES: Readonly<Record<string, string>> = {
	alnum: "0-9A-Za-z",
	alpha: "A-Za-z",
	blank: " \\t",
	cntrl: "\\x00-\\x1f\\x7f",
	digit: "0-9",
	graph: "\\x21-\\x7e",
	lower: "a-z",
	print: "\\x20-\\x7e",
	punct: "!-\\/:-@\\[-`{-~",
	space: "\\s",
	upper: "A-Z",
	xdigit: "0-9A-Fa-f",
};

/** `[:name:]` and its like inside brackets, as part of a JavaScript class; undefined where there is no such class. */
export function characterClass(name: string): string | undefined {
	return CLASSES[name];
}

const cache = new Map<string, RegExp>();

const SPECIAL = /[\\*?[\]]/;

/** Characters that mean themselves, in a pattern. */
export function escapePattern(text: string): string {
	return SPECIAL.test(text) ? text.replaceAll(/[\\*?[\]]/g, "\\$&") : text;
}

/** True where a pattern can match more than one text. */
export function hasPattern(pattern: string): boolean {
	return SPECIAL.test(pattern) && /(?<!\\)(?:\\\\)*[*?[]/.test(pattern);
}

/** A shell pattern as the source of a regular expression. `greedy` false: as little as possible for each `*`. */
export function patternSource(pattern: string, options: { path?: boolean; lazy?: boolean } = {}): string {
	const any = options.path ? "[^/]" : "[\\s\\S]";
	let source = "";
	for (let at = 0; at < pattern.length; at++) {
		const char = pattern.charAt(at);
		if (char === "\\" && at + 1 < pattern.length) {
			at += 1;
			source += literal(pattern.charAt(at));
		} else if (char === "*") source += options.lazy ? `${any}*?` : `${any}*`;
		else if (char === "?") source += any;
		else if (char === "[") {
			const bracket = readBracket(pattern, at);
			if (bracket === undefined) source += "\\[";
			else {
				source += bracket.source;
				at = bracket.end;
			}
		} else source += literal(char);
	}
	return source;
}

export function matches(pattern: string, text: string): boolean {
	let regexp = cache.get(pattern);
	if (regexp === undefined) {
		regexp = new RegExp(`^(?:${patternSource(pattern)})$`);
		if (cache.size > 2000) cache.clear();
		cache.set(pattern, regexp);
	}
	return regexp.test(text);
}

/** `${text#pattern}` and its three siblings. */
export function removePattern(text: string, pattern: string, side: "prefix" | "suffix", greedy: boolean): string {
	if (side === "prefix") {
		const regexp = new RegExp(`^(?:${patternSource(pattern, { lazy: !greedy })})`);
		const found = regexp.exec(text);
		return found ? text.slice(found[0].length) : text;
	}
	const whole = new RegExp(`^(?:${patternSource(pattern)})$`);
	// Every suffix, the shortest or the longest first.
	for (let step = 0; step <= text.length; step++) {
		const at = greedy ? step : text.length - step;
		if (whole.test(text.slice(at))) return text.slice(0, at);
	}
	return text;
}

function literal(char: string): string {
	return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

function readBracket(pattern: string, start: number): { source: string; end: number } | undefined {
	let at = start + 1;
	const negated = pattern.charAt(at) === "!" || pattern.charAt(at) === "^";
	if (negated) at += 1;
	let inside = "";
	for (let first = true; at < pattern.length; at++, first = false) {
		const char = pattern.charAt(at);
		if (char === "]" && !first) return { source: `[${negated ? "^" : ""}${inside}]`, end: at };
		const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at));
		if (named) {
			inside += CLASSES[named[1] ?? ""] ?? "";
			at += named[0].length - 1;
		} else if (char === "\\" && at + 1 < pattern.length) {
			at += 1;
			inside += inClass(pattern.charAt(at));
		} else inside += char === "-" ? "-" : inClass(char);
	}
	return undefined;
}

function inClass(char: string): string {
	return /[\\\]^[]/.test(char) ? `\\${char}` : char;
}
