import { positionOf, SyntaxRuntimeError } from "../errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Reads JSON and says where it breaks: JSON.parse names an offset in some Node versions and a line in others.
 * Throws SyntaxRuntimeError `json.syntax`, line and column from 1.
 */
export function parseJson(text: string): Json {
	const mark = text.startsWith("\uFEFF") ? 1 : 0;
	const reader = new Reader(text, mark);
	const value = reader.value();
	reader.end();
	return value;
}

const TOKEN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})|\u007F)*"/uy;

class Reader {
	constructor(
		private readonly text: string,
		private at: number,
	) {}

	value(): Json {
		this.space();
		const char = this.text[this.at];
		if (char === "{") return this.object();
		if (char === "[") return this.array();
		if (char === '"') return this.string();
		TOKEN.lastIndex = this.at;
		const token = TOKEN.exec(this.text)?.[0];
		if (token === undefined) this.fail(char === undefined ? "the text ends too early" : `unexpected ${char}`);
		this.at += token.length;
		return JSON.parse(token);
	}

	end(): void {
		this.space();
		if (this.at < this.text.length) this.fail("text behind the value");
	}

	private object(): Json {
		const entries = new Map<string, Json>();
		this.at += 1;
		this.space();
		if (this.text[this.at] === "}") this.at += 1;
		else {
			for (;;) {
				this.space();
				if (this.text[this.at] !== '"') this.fail("expected a key in double quotes");
				const key = this.string();
				this.space();
				if (this.text[this.at] !== ":") this.fail("expected :");
				this.at += 1;
				entries.set(key, this.value());
				if (this.next("}")) break;
			}
		}
		return Object.fromEntries(entries);
	}

	private array(): Json {
		const items: Json[] = [];
		this.at += 1;
		this.space();
		if (this.text[this.at] === "]") {
			this.at += 1;
			return items;
		}
		do items.push(this.value());
		while (!this.next("]"));
		return items;
	}

	/** Steps over a comma (false) or the closing bracket (true). */
	private next(close: string): boolean {
		this.space();
		const char = this.text[this.at];
		if (char !== "," && char !== close) this.fail(`expected , or ${close}`);
		this.at += 1;
		return char === close;
	}

	private string(): string {
		STRING.lastIndex = this.at;
		const raw = STRING.exec(this.text)?.[0];
		if (raw === undefined) this.fail("a string does not end, or holds what JSON does not allow");
		this.at += raw.length;
		const value: unknown = JSON.parse(raw);
		return typeof value === "string" ? value : "";
	}

	private space(): void {
		while (/[ \t\r\n]/.test(this.text[this.at] ?? "")) this.at += 1;
	}

	private fail(reason: string): never {
		const { line, column } = positionOf(this.text, this.at);
		const mark = line === 1 && this.text.startsWith("\uFEFF") ? 1 : 0;
		throw new SyntaxRuntimeError("json.syntax", reason, line, column - mark);
	}
}
