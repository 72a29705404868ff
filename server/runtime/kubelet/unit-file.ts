import { type Mapped, MappedBuilder, trimMapped } from "./mapped.ts";

/** `Key=value` of a unit file or a drop-in; continued lines are joined by one space. */
export type Directive = { readonly section: string; readonly key: string; readonly value: Mapped };

/** Reads a unit file as systemd does. Nothing in it is refused: what is no directive is passed over. */
export function parseUnitFile(text: string): Directive[] {
	const directives: Directive[] = [];
	let section = "";
	let at = text.startsWith("\uFEFF") ? 1 : 0;
	while (at < text.length) {
		const { joined, next } = logicalLine(text, at);
		at = next;
		const line = trimMapped(joined);
		const header = /^\[(.*)\]$/.exec(line.text);
		const equals = line.text.indexOf("=");
		if (header) section = header[1] ?? "";
		else if (equals > 0 && !/^[#;]/.test(line.text)) {
			const value = trimMapped({
				text: line.text.slice(equals + 1),
				starts: line.starts.slice(equals + 1),
				ends: line.ends.slice(equals + 1),
			});
			directives.push({ section, key: line.text.slice(0, equals).trim(), value });
		}
	}
	return directives;
}

/** A line and those that a backslash at its end joins to it; comment lines between them are skipped. */
function logicalLine(text: string, from: number): { joined: Mapped; next: number } {
	const builder = new MappedBuilder();
	let at = from;
	let first = true;
	for (;;) {
		const newline = text.indexOf("\n", at);
		const next = newline === -1 ? text.length : newline + 1;
		const end = newline === -1 ? text.length : text[newline - 1] === "\r" ? newline - 1 : newline;
		const line = text.slice(at, end);
		const comment = /^[ \t]*[#;]/.test(line);
		if (comment && !first) {
			at = next;
			if (at >= text.length) return { joined: builder.done(), next: at };
			continue;
		}
		const continued = !comment && /(?<!\\)(?:\\\\)*\\$/.test(line);
		const length = continued ? line.length - 1 : line.length;
		for (let index = 0; index < length; index += 1) builder.add(line[index] ?? "", at + index, at + index + 1);
		if (!continued) return { joined: builder.done(), next };
		builder.add(" ", at + length, next);
		at = next;
		first = false;
		if (at >= text.length) return { joined: builder.done(), next: at };
	}
}
