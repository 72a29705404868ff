import { positionOf, SyntaxRuntimeError } from "../errors.ts";
import { type Mapped, MappedBuilder, sliceMapped } from "./mapped.ts";

/** `NAME=value` of an environment file, read as systemd's EnvironmentFile= reads it. */
export type Assignment = {
	readonly name: string;
	readonly value: Mapped;
	/** The value as written, from behind the `=` to its end without trailing space. */
	readonly start: number;
	readonly end: number;
};

/**
 * Reads an environment file: comments with # or ;, values in no, single or double quotes, continued lines.
 * Throws SyntaxRuntimeError `env.syntax` where a quote does not end.
 */
export function parseEnvFile(text: string): Assignment[] {
	const assignments: Assignment[] = [];
	let at = text.startsWith("\uFEFF") ? 1 : 0;
	while (at < text.length) {
		const lineEnd = endOfLine(text, at);
		const line = text.slice(at, lineEnd);
		const match = /^([ \t]*)([^=#;\s][^=]*)=/.exec(line);
		if (!match) {
			at = lineEnd + 1;
			continue;
		}
		const value = new ValueReader(text, at + match[0].length).read();
		assignments.push({ name: (match[2] ?? "").trim(), ...value });
		at = Math.max(value.next, at + 1);
	}
	return assignments;
}

function endOfLine(text: string, from: number): number {
	const end = /[\r\n]/.exec(text.slice(from));
	return end ? from + end.index : text.length;
}

class ValueReader {
	private readonly value = new MappedBuilder();
	private readonly start: number;
	private last: number;

	constructor(
		private readonly text: string,
		private at: number,
	) {
		this.start = at;
		this.last = at;
	}

	read(): { value: Mapped; start: number; end: number; next: number } {
		// Between quoted parts white space is skipped; in an unquoted part it counts, but not at the end.
		let unquoted = false;
		let trimFrom = 0;
		for (; this.at < this.text.length; ) {
			const char = this.text[this.at] ?? "";
			if (char === "\n" || char === "\r") break;
			if (!unquoted && (char === " " || char === "\t")) this.at += 1;
			else if (!unquoted && (char === '"' || char === "'")) {
				this.quoted(char);
				trimFrom = this.value.done().text.length;
			} else if (char === "\\") {
				unquoted = true;
				this.escaped();
			} else {
				unquoted = true;
				this.take(char, 1);
			}
		}
		const value = this.value.done();
		const end = Math.max(trimFrom, value.text.trimEnd().length);
		const written = end < value.text.length ? (value.ends[end - 1] ?? this.start) : this.last;
		return { value: sliceMapped(value, 0, end), start: this.start, end: written, next: this.at + 1 };
	}

	private take(char: string, length: number): void {
		this.value.add(char, this.at, this.at + length);
		this.at += length;
		this.last = this.at;
	}

	private escaped(): void {
		const next = this.text[this.at + 1];
		if (next === undefined) this.at += 1;
		else if (next === "\n") this.at += 2;
		else if (next === "\r") this.at += this.text[this.at + 2] === "\n" ? 3 : 2;
		else this.take(next, 2);
	}

	private quoted(quote: string): void {
		const start = this.at;
		this.at += 1;
		for (;;) {
			const char = this.text[this.at];
			if (char === undefined) {
				const { line, column } = positionOf(this.text, start);
				throw new SyntaxRuntimeError("env.syntax", "a quote does not end", line, column);
			}
			if (char === quote) break;
			const next = this.text[this.at + 1] ?? "";
			if (char !== "\\" || quote === "'") this.take(char, 1);
			else if (next === "\n") this.at += 2;
			else if (next === "\r") this.at += this.text[this.at + 2] === "\n" ? 3 : 2;
			else if (/["\\`$]/.test(next)) this.take(next, 2);
			else this.take(char, 1);
		}
		this.at += 1;
		this.last = this.at;
	}
}
