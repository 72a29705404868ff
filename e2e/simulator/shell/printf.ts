/** printf(1): the format is used again while words are left. Bytes as characters. */
export function formatted(format: string, words: readonly string[]): string {
	let rest = [...words];
	let text = "";
	do {
		const { out, used } = once(format, rest);
		text += out;
		if (used === 0) break;
		rest = rest.slice(used);
	} while (rest.length > 0);
	return text;
}

function once(format: string, words: readonly string[]): { out: string; used: number } {
	let used = 0;
	const next = () => words[used++] ?? "";
	const out = format.replaceAll(
		/\\(?:([0-7]{1,3})|(.))|%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])/gs,
		(whole, octal?: string, escaped?: string, flags = "", width?: string, precision?: string, verb?: string) => {
			if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
			if (escaped !== undefined) return escapes(escaped);
			if (verb === undefined || verb === "%") return verb === "%" ? "%" : whole;
			const wide = width === "*" ? Number(next()) : Number(width ?? 0);
			const exact = precision === undefined ? undefined : precision === "*" ? Number(next()) : Number(precision || 0);
			return padded(converted(verb, next(), exact), wide, flags, verb);
		},
	);
	return { out, used: Math.min(used, words.length) };
}

function escapes(char: string): string {
	const known: Record<string, string> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v", "\\": "\\" };
	return known[char] ?? `\\${char}`;
}

function converted(verb: string, word: string, exact: number | undefined): string {
	switch (verb) {
		case "s":
			return exact === undefined ? word : word.slice(0, exact);
		case "b":
			return word.replaceAll(/\\(?:0?([0-7]{1,3})|(.))/g, (_, octal?: string, char?: string) =>
				octal === undefined ? escapes(char ?? "") : String.fromCharCode(Number.parseInt(octal, 8) & 255),
			);
		case "c":
			return word.charAt(0);
		case "d":
		case "i":
		case "u":
			return integer(word)
				.toString()
				.padStart(exact ?? 0, "0");
		case "o":
			return integer(word)
				.toString(8)
				.padStart(exact ?? 0, "0");
		case "x":
			return integer(word)
				.toString(16)
				.padStart(exact ?? 0, "0");
		case "X":
			return integer(word)
				.toString(16)
				.toUpperCase()
				.padStart(exact ?? 0, "0");
		default:
			return word;
	}
}

function integer(word: string): number {
	if (/^['"]./.test(word)) return word.charCodeAt(1);
	if (/^[-+]?0[0-7]+$/.test(word)) return Number.parseInt(word, 8);
	return Math.trunc(Number(word)) || 0;
}

function padded(text: string, width: number, flags: string, verb: string): string {
	if (flags.includes("-") || width < 0) return text.padEnd(Math.abs(width));
	if (flags.includes("0") && verb !== "s") return text.padStart(width, "0");
	return text.padStart(width);
}
