import { escapePattern } from "./pattern.ts";

export interface Field {
	text: string;
	/** The same, with quoted characters escaped: what globbing and `case` match with. */
	pattern: string;
}

/**
 * Builds the fields of one word as POSIX 2.6.5 splits them: only what came out of an unquoted expansion is split, and a field that
 * holds no quotes and no text is none.
 */
export class FieldBuilder {
	readonly fields: Field[] = [];
	private text = "";
	private pattern = "";
	/** The field exists even when empty. */
	private present = false;

	constructor(private readonly separators: string) {}

	quoted(text: string): void {
		this.text += text;
		this.pattern += escapePattern(text);
		this.present = true;
	}

	literal(text: string, pattern = text): void {
		this.text += text;
		this.pattern += pattern;
		if (text !== "") this.present = true;
	}

	/** The result of an unquoted expansion. */
	split(text: string): void {
		const blanks = this.separators.replaceAll(/[^ \t\n]/g, "");
		let at = 0;
		while (at < text.length) {
			const char = text.charAt(at);
			if (!this.separators.includes(char)) {
				let end = at + 1;
				while (end < text.length && !this.separators.includes(text.charAt(end))) end++;
				// Backslashes that come out of an expansion escape nothing in dash's globbing of file names, but do in patterns.
				this.literal(text.slice(at, end), text.slice(at, end));
				at = end;
				continue;
			}
			if (blanks.includes(char)) {
				while (at < text.length && blanks.includes(text.charAt(at))) at++;
				// Blanks beside another separator are part of it.
				if (at < text.length && this.separators.includes(text.charAt(at))) continue;
				this.finish();
				continue;
			}
			this.present = true;
			this.finish();
			at += 1;
			while (at < text.length && blanks.includes(text.charAt(at))) at++;
		}
	}

	/** Ends the field that is being built, if there is one. */
	finish(): void {
		if (this.present) this.fields.push({ text: this.text, pattern: this.pattern });
		this.text = "";
		this.pattern = "";
		this.present = false;
	}

	/** Between two arguments of "$@". */
	next(): void {
		this.present = true;
		this.finish();
	}
}
