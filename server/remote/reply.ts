/**
 * The form in which our scripts answer: one `key rest` a line, bytes as base64 between `data <name>` and `.`, and `end`
 * as the last line. Without `end` the answer was cut and says nothing.
 */
export interface ReplyLine {
	key: string;
	rest: string;
}

export class Reply {
	constructor(
		readonly lines: readonly ReplyLine[],
		private readonly data: ReadonlyMap<string, Buffer>,
	) {}

	/** Rest of the first line with this key. */
	first(key: string): string | undefined {
		return this.lines.find((line) => line.key === key)?.rest;
	}

	all(key: string): string[] {
		return this.lines.filter((line) => line.key === key).map((line) => line.rest);
	}

	/** First word and the remainder of each line with this key. */
	pairs(key: string): [string, string][] {
		return this.all(key).map(splitWord);
	}

	bytes(name: string): Buffer | undefined {
		return this.data.get(name);
	}

	names(): string[] {
		return [...this.data.keys()];
	}
}

export function splitWord(text: string): [string, string] {
	const at = text.indexOf(" ");
	return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Parses a whole answer; null where it has no `end` or a block of bytes is not closed. */
export function parseReply(text: string): Reply | null {
	const lines: ReplyLine[] = [];
	const data = new Map<string, Buffer>();
	let block: { name: string; base64: string[] } | null = null;
	const rows = text.split("\n");
	for (const row of rows) {
		if (block) {
			if (row === ".") {
				data.set(block.name, Buffer.from(block.base64.join(""), "base64"));
				block = null;
			} else block.base64.push(row);
			continue;
		}
		if (row === "end") return new Reply(lines, data);
		if (row === "") continue;
		const [key, rest] = splitWord(row);
		if (key === "data") block = { name: rest, base64: [] };
		else lines.push({ key, rest });
	}
	return null;
}
