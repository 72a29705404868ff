/** How a piece of a terminal's text looks. Colours are the terminal's sixteen by number, or an RGB triple as CSS takes it. */
export interface AnsiStyle {
	colour?: number | string;
	background?: number | string;
	bold?: true;
	dim?: true;
	italic?: true;
	underline?: true;
	inverse?: true;
}

export interface AnsiSpan {
	text: string;
	style: AnsiStyle;
	/** Part of what was searched for. */
	match?: true;
}

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
/** CSI sequences, OSC sequences up to their end, and two-letter escapes. */
const SEQUENCE = new RegExp(`${ESC}(?:\\[([0-?]*)[ -/]*([@-~])|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|[()*+][0-9A-Za-z]|[ -~])`, "g");
/** What a line shows of characters that move a cursor or ring a bell: nothing. Tab stays. */
const CONTROL = /[^\P{Cc}\t]/gu;
const PLAIN: AnsiStyle = {};

/**
 * One line of a log as spans. SGR colours are kept, every other sequence is dropped; a carriage return starts the line over, as
 * progress bars use it. Each line begins plain.
 */
export function parseAnsi(line: string): AnsiSpan[] {
	const shown = lastOverwrite(line);
	if (!shown.includes(ESC)) {
		const text = shown.replace(CONTROL, "");
		return text === "" ? [] : [{ text, style: PLAIN }];
	}
	const spans: AnsiSpan[] = [];
	let style: AnsiStyle = PLAIN;
	let at = 0;
	const push = (raw: string) => {
		const text = raw.replace(CONTROL, "");
		const last = spans.at(-1);
		if (text === "") return;
		if (last && last.style === style) last.text += text;
		else spans.push({ text, style });
	};
	for (const match of shown.matchAll(SEQUENCE)) {
		push(shown.slice(at, match.index));
		at = match.index + match[0].length;
		if (match[2] === "m") style = applySgr(style, match[1] ?? "");
	}
	push(shown.slice(at));
	return spans;
}

/** The text alone: what is searched. */
export function stripAnsi(line: string): string {
	return lastOverwrite(line).replace(SEQUENCE, "").replace(CONTROL, "");
}

/** The same text, cut where `query` is found in it, whatever its case. */
export function markMatches(spans: readonly AnsiSpan[], query: string): AnsiSpan[] {
	if (query === "") return [...spans];
	const text = spans
		.map((span) => span.text)
		.join("")
		.toLowerCase();
	const wanted = query.toLowerCase();
	const ranges: [number, number][] = [];
	for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) ranges.push([at, at + wanted.length]);
	if (ranges.length === 0) return [...spans];
	const marked: AnsiSpan[] = [];
	let from = 0;
	for (const span of spans) {
		const to = from + span.text.length;
		let at = from;
		for (const [begin, end] of ranges) {
			if (end <= at || begin >= to) continue;
			if (begin > at) marked.push({ ...span, text: span.text.slice(at - from, begin - from) });
			const stop = Math.min(end, to);
			marked.push({ ...span, text: span.text.slice(Math.max(begin, at) - from, stop - from), match: true });
			at = stop;
		}
		if (at < to) marked.push({ ...span, text: span.text.slice(at - from) });
		from = to;
	}
	return marked;
}

function lastOverwrite(line: string): string {
	const text = line.endsWith("\r") ? line.slice(0, -1) : line;
	const at = text.lastIndexOf("\r");
	return at === -1 ? text : text.slice(at + 1);
}

function applySgr(before: AnsiStyle, parameters: string): AnsiStyle {
	const style: AnsiStyle = { ...before };
	const codes = parameters.split(/[;:]/).map((one) => (one === "" ? 0 : Number(one)));
	for (let i = 0; i < codes.length; i += 1) {
		const code = codes[i] ?? 0;
		if (code === 0) for (const key of Object.keys(style) as (keyof AnsiStyle)[]) delete style[key];
		else if (code === 1) style.bold = true;
		else if (code === 2) style.dim = true;
		else if (code === 3) style.italic = true;
		else if (code === 4) style.underline = true;
		else if (code === 7) style.inverse = true;
		else if (code === 22) {
			delete style.bold;
			delete style.dim;
		} else if (code === 23) delete style.italic;
		else if (code === 24) delete style.underline;
		else if (code === 27) delete style.inverse;
		else if (code >= 30 && code <= 37) style.colour = code - 30;
		else if (code >= 90 && code <= 97) style.colour = code - 90 + 8;
		else if (code === 39) delete style.colour;
		else if (code >= 40 && code <= 47) style.background = code - 40;
		else if (code >= 100 && code <= 107) style.background = code - 100 + 8;
		else if (code === 49) delete style.background;
		else if (code === 38 || code === 48) {
			const { colour, taken } = extendedColour(codes.slice(i + 1));
			i += taken;
			if (colour === null) continue;
			if (code === 38) style.colour = colour;
			else style.background = colour;
		}
	}
	return Object.keys(style).length === 0 ? PLAIN : style;
}

/** After 38 or 48: `5;n` of the 256 colours, or `2;r;g;b`. */
function extendedColour(rest: readonly number[]): { colour: number | string | null; taken: number } {
	const [kind, one = 0, two = 0, three = 0] = rest;
	if (kind === 2) return { colour: rgb(one, two, three), taken: 4 };
	if (kind !== 5) return { colour: null, taken: 0 };
	if (!(one >= 0 && one <= 255)) return { colour: null, taken: 2 };
	if (one < 16) return { colour: one, taken: 2 };
	if (one >= 232) return { colour: rgb(...(Array(3).fill((one - 232) * 10 + 8) as [number, number, number])), taken: 2 };
	const level = (n: number) => (n === 0 ? 0 : 55 + n * 40);
	const cube = one - 16;
	return { colour: rgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)), taken: 2 };
}

function rgb(...parts: [number, number, number]): string {
	return `rgb(${parts.map((part) => Math.min(255, Math.max(0, Math.trunc(part) || 0))).join(" ")})`;
}
