import { positionOf, SyntaxRuntimeError } from "../errors.ts";

/** Where the parts of a TOML text lie. Offsets count UTF-16 units of the whole text, `end` is exclusive. */
export type Segment = { readonly name: string; readonly start: number; readonly end: number };
export type ScalarNode = { readonly kind: "string" | "boolean" | "number" | "date"; readonly start: number; readonly end: number };
export type ArrayNode = {
	readonly kind: "array";
	readonly start: number;
	readonly end: number;
	/** `comma` is the offset of the comma behind the item, null where there is none. */
	readonly items: readonly { readonly value: ValueNode; readonly comma: number | null }[];
};
export type InlineNode = { readonly kind: "inline"; readonly start: number; readonly end: number; readonly entries: readonly Entry[] };
export type ValueNode = ScalarNode | ArrayNode | InlineNode;
export type Entry = { readonly key: readonly Segment[]; readonly value: ValueNode };
export type Table = {
	readonly kind: "root" | "table" | "array";
	readonly path: readonly Segment[];
	/** Offset of the header's `[`, and the offset behind its `]`; both 0 (behind a byte order mark) for the root. */
	readonly start: number;
	readonly end: number;
	readonly entries: readonly Entry[];
};
export type TomlDocument = { readonly text: string; readonly tables: readonly Table[] };

const BARE_KEY = /[A-Za-z0-9_-]+/y;
const WORD = /[^\s,#\]}]+/y;
const NUMBER = /^[+-]?(?:inf|nan|0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?)$/;
const DATE = /(?:\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?)(?=[\s,#\]}]|$)/y;
const ESCAPE = /\\(?:[btnfr"\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})/y;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };

/** Finds every header, key and value of a TOML 1.0 text. Throws SyntaxRuntimeError `toml.syntax`. It does not look for keys defined twice. */
export function scanToml(text: string): TomlDocument {
	return new Scanner(text).document();
}

class Scanner {
	private at = 0;

	constructor(private readonly text: string) {
		if (text.startsWith("\uFEFF")) this.at = 1;
	}

	document(): TomlDocument {
		const tables: (Table & { readonly entries: Entry[] })[] = [{ kind: "root", path: [], start: this.at, end: this.at, entries: [] }];
		for (;;) {
			this.skipBlank();
			if (this.at >= this.text.length) return { text: this.text, tables };
			if (this.text[this.at] === "[") tables.push({ ...this.header(), entries: [] });
			else tables[tables.length - 1]?.entries.push(this.entry());
			this.endOfLine();
		}
	}

	private header(): Pick<Table, "kind" | "path" | "start" | "end"> {
		const start = this.at;
		const double = this.text.startsWith("[[", this.at);
		this.at += double ? 2 : 1;
		this.skipSpace();
		const path = this.key();
		const close = double ? "]]" : "]";
		if (!this.text.startsWith(close, this.at)) this.fail(`expected ${close}`);
		this.at += close.length;
		return { kind: double ? "array" : "table", path, start, end: this.at };
	}

	private entry(): Entry {
		const key = this.key();
		if (this.text[this.at] !== "=") this.fail("expected =");
		this.at += 1;
		this.skipSpace();
		return { key, value: this.value() };
	}

	/** A key of one or more segments, and the space behind it. */
	private key(): Segment[] {
		const segments: Segment[] = [];
		for (;;) {
			segments.push(this.segment());
			this.skipSpace();
			if (this.text[this.at] !== ".") return segments;
			this.at += 1;
			this.skipSpace();
		}
	}

	private segment(): Segment {
		const start = this.at;
		const quote = this.text[this.at];
		if (quote === '"' || quote === "'") {
			if (this.text.startsWith(quote.repeat(3), this.at)) this.fail("a key cannot be a string of several lines");
			const name = this.quoted(quote);
			return { name, start, end: this.at };
		}
		BARE_KEY.lastIndex = this.at;
		const name = BARE_KEY.exec(this.text)?.[0];
		if (name === undefined) this.fail("expected a key");
		this.at += name.length;
		return { name, start, end: this.at };
	}

	private value(): ValueNode {
		const start = this.at;
		const first = this.text[this.at];
		if (first === '"' || first === "'") {
			if (this.text.startsWith(first.repeat(3), this.at)) this.multiLine(first);
			else this.quoted(first);
			return { kind: "string", start, end: this.at };
		}
		if (first === "[") return this.array();
		if (first === "{") return this.inline();
		DATE.lastIndex = this.at;
		const date = DATE.exec(this.text)?.[0];
		if (date !== undefined) {
			this.at += date.length;
			return { kind: "date", start, end: this.at };
		}
		WORD.lastIndex = this.at;
		const word = WORD.exec(this.text)?.[0];
		if (word === undefined) this.fail("expected a value");
		const kind = word === "true" || word === "false" ? "boolean" : NUMBER.test(word) ? "number" : null;
		if (kind === null) this.fail(`not a value: ${word}`);
		this.at += word.length;
		return { kind, start, end: this.at };
	}

	private array(): ArrayNode {
		const start = this.at;
		const items: { value: ValueNode; comma: number | null }[] = [];
		this.at += 1;
		for (;;) {
			this.skipBlank();
			if (this.text[this.at] === "]") break;
			const item: { value: ValueNode; comma: number | null } = { value: this.value(), comma: null };
			items.push(item);
			this.skipBlank();
			if (this.text[this.at] === "]") break;
			if (this.text[this.at] !== ",") this.fail("expected , or ]");
			item.comma = this.at;
			this.at += 1;
		}
		this.at += 1;
		return { kind: "array", start, end: this.at, items };
	}

	private inline(): InlineNode {
		const start = this.at;
		const entries: Entry[] = [];
		this.at += 1;
		this.skipSpace();
		if (this.text[this.at] !== "}") {
			for (;;) {
				this.skipSpace();
				entries.push(this.entry());
				this.skipSpace();
				if (this.text[this.at] === "}") break;
				if (this.text[this.at] !== ",") this.fail("expected , or }");
				this.at += 1;
			}
		}
		this.at += 1;
		return { kind: "inline", start, end: this.at, entries };
	}

	/** A string of one line; returns what it says. */
	private quoted(quote: string): string {
		let name = "";
		this.at += 1;
		for (;;) {
			const char = this.text[this.at];
			if (char === undefined || char === "\n" || char === "\r") this.fail("a string does not end");
			if (char === quote) break;
			if (char === "\\" && quote === '"') name += this.escape();
			else {
				name += char;
				this.at += 1;
			}
		}
		this.at += 1;
		return name;
	}

	private escape(): string {
		ESCAPE.lastIndex = this.at;
		const raw = ESCAPE.exec(this.text)?.[0];
		if (raw === undefined) this.fail("not an escape");
		const code = raw.length > 2 ? Number.parseInt(raw.slice(2), 16) : 0;
		if (code > 0x10ffff) this.fail("not a character");
		this.at += raw.length;
		return raw.length > 2 ? String.fromCodePoint(code) : (SIMPLE_ESCAPES[raw[1] ?? ""] ?? "");
	}

	private multiLine(quote: string): void {
		const start = this.at;
		this.at += 3;
		for (;;) {
			const char = this.text[this.at];
			if (char === undefined) this.fail("a string does not end", start);
			if (char === "\\" && quote === '"') this.at += 2;
			else if (this.text.startsWith(quote.repeat(3), this.at)) break;
			else this.at += 1;
		}
		this.at += 3;
		// One or two quotes directly before the closing three belong to the string.
		for (let extra = 0; extra < 2 && this.text[this.at] === quote; extra += 1) this.at += 1;
	}

	private skipSpace(): void {
		while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at += 1;
	}

	/** Space, line ends and comments. */
	private skipBlank(): void {
		for (;;) {
			this.skipSpace();
			if (this.text[this.at] === "#") this.skipComment();
			if (this.text[this.at] === "\n") this.at += 1;
			else if (this.text.startsWith("\r\n", this.at)) this.at += 2;
			else return;
		}
	}

	private skipComment(): void {
		const end = this.text.indexOf("\n", this.at);
		this.at = end === -1 ? this.text.length : this.text[end - 1] === "\r" ? end - 1 : end;
	}

	private endOfLine(): void {
		this.skipSpace();
		if (this.text[this.at] === "#") this.skipComment();
		if (this.at >= this.text.length || this.text[this.at] === "\n" || this.text.startsWith("\r\n", this.at)) return;
		this.fail("expected the end of the line");
	}

	private fail(reason: string, offset: number = this.at): never {
		const mark = this.text.startsWith("\uFEFF") ? 1 : 0;
		const { line, column } = positionOf(this.text, offset);
		// A byte order mark is no column.
		throw new SyntaxRuntimeError("toml.syntax", reason, line, line === 1 ? column - mark : column);
	}
}
