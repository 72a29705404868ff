import { RuntimeError } from "../errors.ts";

/** A decoded text of which every character knows where it stands in the file. */
export type Mapped = { readonly text: string; readonly starts: readonly number[]; readonly ends: readonly number[] };

/** A word of a mapped text: what it says, and where it stands in the file with its quotes. */
export type Word = { readonly value: Mapped; readonly start: number; readonly end: number };

export class MappedBuilder {
	private text = "";
	private readonly starts: number[] = [];
	private readonly ends: number[] = [];

	add(char: string, start: number, end: number): void {
		this.text += char;
		this.starts.push(start);
		this.ends.push(end);
	}

	done(): Mapped {
		return { text: this.text, starts: this.starts, ends: this.ends };
	}
}

export function sliceMapped(mapped: Mapped, from: number, to: number = mapped.text.length): Mapped {
	return { text: mapped.text.slice(from, to), starts: mapped.starts.slice(from, to), ends: mapped.ends.slice(from, to) };
}

export function trimMapped(mapped: Mapped): Mapped {
	const from = mapped.text.length - mapped.text.trimStart().length;
	return sliceMapped(mapped, from, Math.max(from, mapped.text.trimEnd().length));
}

/**
 * Splits as systemd splits a command line, `Environment=` and the value of a `$VARIABLE`: at white space, quotes and backslashes taken off.
 * Throws `kubelet.flags.quoting` where a quote does not end.
 */
export function splitWords(mapped: Mapped): Word[] {
	const words: Word[] = [];
	const { text, starts, ends } = mapped;
	let at = 0;
	while (at < text.length) {
		if (/\s/.test(text[at] ?? "")) {
			at += 1;
			continue;
		}
		const first = at;
		const value = new MappedBuilder();
		let quote: string | null = null;
		for (; at < text.length; at += 1) {
			const char = text[at] ?? "";
			if (quote === null && /\s/.test(char)) break;
			if (char === "\\" && quote !== "'" && at + 1 < text.length) {
				value.add(text[at + 1] ?? "", starts[at] ?? 0, ends[at + 1] ?? 0);
				at += 1;
			} else if (quote === null && (char === '"' || char === "'")) quote = char;
			else if (char === quote) quote = null;
			else value.add(char, starts[at] ?? 0, ends[at] ?? 0);
		}
		if (quote !== null) throw new RuntimeError("kubelet.flags.quoting", { text });
		words.push({ value: value.done(), start: starts[first] ?? 0, end: ends[at - 1] ?? 0 });
	}
	return words;
}
