import type { OpenFile } from "../kernel/open-file.ts";
import { isLater, type Later } from "./later.ts";
import type { Shell } from "./shell.ts";

/** `read`: one line, split by IFS, the last name gets the rest. 1 at the end of the file. */
export function readLine(shell: Shell, args: readonly string[], before = ""): Later<number> {
	const raw = args[0] === "-r";
	const file: OpenFile = shell.process.file(0);
	const bytes = shell.process.scope.race(file.readLine());
	return isLater(bytes) ? bytes.then((come) => taken(shell, args, raw, before, come)) : taken(shell, args, raw, before, bytes);
}

function taken(shell: Shell, args: readonly string[], raw: boolean, before: string, bytes: Buffer): Later<number> {
	const text = bytes.toString("latin1").replaceAll("\0", "");
	const ended = !text.endsWith("\n");
	let line = before + (ended ? text : text.slice(0, -1));
	if (!raw && !ended && line.endsWith("\\")) return readLine(shell, args, line.slice(0, -1));
	if (!raw) line = line.replaceAll(/\\(.)/g, "$1");
	const names = args.slice(raw ? 1 : 0);
	for (const [name, value] of assigned(line, names, shell.state.get("IFS") ?? " \t\n")) shell.state.set(name, value);
	return ended ? 1 : 0;
}

function assigned(line: string, names: readonly string[], separators: string): [string, string][] {
	const blank = (char: string) => (char === " " || char === "\t" || char === "\n") && separators.includes(char);
	const separator = (char: string) => char !== "" && separators.includes(char);
	let at = 0;
	const skipBlanks = () => {
		while (at < line.length && blank(line.charAt(at))) at++;
	};
	skipBlanks();
	return names.map((name, index) => {
		if (index === names.length - 1) {
			let rest = line.slice(at);
			while (rest !== "" && blank(rest.charAt(rest.length - 1))) rest = rest.slice(0, -1);
			// A single separator at the very end belongs to the last field and is not part of it.
			const last = rest.charAt(rest.length - 1);
			if (rest.length > 0 && separator(last) && ![...rest.slice(0, -1)].some(separator)) rest = rest.slice(0, -1);
			return [name, rest];
		}
		let end = at;
		while (end < line.length && !separator(line.charAt(end))) end++;
		const value = line.slice(at, end);
		at = end;
		skipBlanks();
		if (at < line.length && separator(line.charAt(at)) && !blank(line.charAt(at))) {
			at++;
			skipBlanks();
		}
		return [name, value];
	});
}
