import type { Process } from "../kernel/process.ts";
import { evaluate } from "./arithmetic.ts";
import { FieldBuilder } from "./fields.ts";
import { globbed } from "./glob.ts";
import { escapePattern, removePattern } from "./pattern.ts";
import type { ShellState } from "./state.ts";
import {
	type ArithmeticNode,
	type HereDocNode,
	type ParameterPart,
	parseScript,
	type ScriptNode,
	ShellSyntaxError,
	type WordNode,
	type WordPart,
} from "./syntax.ts";

/** What expansion needs from the shell around it. */
export interface Expansion {
	readonly state: ShellState;
	readonly process: Process;
	/** Output of `$(…)`, trailing newlines removed. */
	substitute(script: ScriptNode): Promise<string>;
}

/** Words as a command gets them: expanded, split, globbed. */
export async function expandWords(words: readonly WordNode[], shell: Expansion): Promise<string[]> {
	const result: string[] = [];
	for (const word of words) {
		const only = word.parts.length === 1 ? word.parts[0] : undefined;
		if (only?.type === "Literal" || only?.type === "SingleQuoted") {
			result.push(only.value);
			continue;
		}
		const builder = new FieldBuilder(shell.state.get("IFS") ?? " \t\n");
		for (const part of word.parts) await expandPart(part, builder, shell, false);
		builder.finish();
		for (const field of builder.fields) {
			const found = shell.state.noGlob ? undefined : globbed(field.pattern, shell.process);
			if (found) result.push(...found);
			else result.push(field.text);
		}
	}
	return result;
}

/** One word as text, neither split nor globbed: the value of an assignment, a redirection's file, `case`'s word. */
export async function expandText(word: WordNode, shell: Expansion): Promise<string> {
	return (await whole(word, shell)).text;
}

/** One word as a pattern: what was quoted means itself. */
export async function expandPattern(word: WordNode, shell: Expansion): Promise<string> {
	return (await whole(word, shell)).pattern;
}

async function whole(word: WordNode, shell: Expansion): Promise<{ text: string; pattern: string }> {
	const builder = new FieldBuilder("");
	for (const part of word.parts) await expandPart(part, builder, shell, false, true);
	builder.finish();
	// "$@" without splitting is its words with blanks between.
	const text = builder.fields.map((field) => field.text).join(" ");
	return { text, pattern: builder.fields.map((field) => field.pattern).join(" ") };
}

/** A here-document's text; `<<-` takes the tabs from the lines as they were written. */
export async function expandHereDoc(node: HereDocNode, shell: Expansion): Promise<string> {
	let text = "";
	let lineStart = true;
	for (const part of node.content.parts) {
		if (part.type === "Literal") {
			let value = part.value;
			if (node.stripTabs) {
				value = value.replaceAll(/\n\t+/g, "\n");
				if (lineStart) value = value.replace(/^\t+/, "");
			}
			if (value !== "") lineStart = value.endsWith("\n");
			text += value;
			continue;
		}
		const builder = new FieldBuilder("");
		await expandPart(part, builder, shell, true, true);
		builder.finish();
		text += builder.fields.map((field) => field.text).join(" ");
		lineStart = false;
	}
	return text;
}

async function expandPart(part: WordPart, builder: FieldBuilder, shell: Expansion, quoted: boolean, unsplit = false): Promise<void> {
	switch (part.type) {
		case "Literal":
			if (quoted) builder.quoted(part.value);
			else builder.literal(part.value);
			return;
		case "SingleQuoted":
		case "Escaped":
			builder.quoted(part.value);
			return;
		case "Glob":
			if (quoted) builder.quoted(part.pattern);
			else builder.literal(part.pattern.replaceAll(/\\(.)/g, "$1"), part.pattern);
			return;
		case "DoubleQuoted": {
			// "$@" without arguments is no field at all; every other empty pair of quotes is one.
			const only = part.parts.length === 1 ? part.parts[0] : undefined;
			if (only?.type === "ParameterExpansion" && only.parameter === "@" && only.operation === null && shell.state.positional.length === 0)
				return;
			builder.quoted("");
			for (const inner of part.parts) await expandPart(inner, builder, shell, true, unsplit);
			return;
		}
		case "TildeExpansion":
			builder.quoted(shell.state.get("HOME") ?? "/root");
			return;
		case "CommandSubstitution":
			put(await shell.substitute(part.body), builder, quoted, unsplit);
			return;
		case "ArithmeticExpansion":
			put(await arithmetic(part.expression, shell), builder, quoted, unsplit);
			return;
		case "ParameterExpansion":
			await expandParameter(part, builder, shell, quoted, unsplit);
			return;
		case "BraceExpansion":
			throw new ShellSyntaxError("brace expansion is not POSIX");
		case "ProcessSubstitution":
			throw new ShellSyntaxError("process substitution is not POSIX");
	}
}

/** What stands in `$(( … ))` is expanded like a quoted word first (POSIX 2.6.4), then calculated. */
async function arithmetic(node: ArithmeticNode, shell: Expansion): Promise<string> {
	const text = node.originalText ?? "";
	if (!/[`]|\$[{(]/.test(text)) return String(evaluate(node, shell.state));
	const [word] = wordsOf(`"${text}"`);
	const [expanded] = wordsOf(`$((${word ? await expandText(word, shell) : ""}))`);
	const part = expanded?.parts[0];
	if (part?.type !== "ArithmeticExpansion") throw new ShellSyntaxError(`arithmetic expression: ${text}`);
	return String(evaluate(part.expression, shell.state));
}

function wordsOf(text: string): readonly WordNode[] {
	const command = parseScript(`: ${text}`).statements[0]?.pipelines[0]?.commands[0];
	return command?.type === "SimpleCommand" ? command.args : [];
}

function put(text: string, builder: FieldBuilder, quoted: boolean, unsplit: boolean): void {
	if (quoted) builder.quoted(text);
	else if (unsplit) builder.literal(text, text);
	else builder.split(text);
}

async function expandParameter(
	part: ParameterPart,
	builder: FieldBuilder,
	shell: Expansion,
	quoted: boolean,
	unsplit: boolean,
): Promise<void> {
	const { state } = shell;
	const { parameter, operation } = part;
	if (operation === null) {
		if (parameter === "@" || parameter === "*") {
			expandArguments(parameter, builder, state, quoted, unsplit);
			return;
		}
		put(lookUp(parameter, state) ?? "", builder, quoted, unsplit);
		return;
	}
	const value = parameter === "@" || parameter === "*" ? state.positional.join(" ") : lookUp(parameter, state);
	switch (operation.type) {
		case "Length":
			put(String((value ?? "").length), builder, quoted, unsplit);
			return;
		case "DefaultValue":
		case "AssignDefault": {
			const empty = value === undefined || (operation.checkEmpty && value === "");
			if (!empty) {
				put(value, builder, quoted, unsplit);
				return;
			}
			if (operation.type === "AssignDefault") state.set(parameter, await expandText(operation.word, shell));
			for (const inner of operation.word.parts) await expandPart(inner, builder, shell, quoted, unsplit);
			return;
		}
		case "UseAlternative": {
			const empty = value === undefined || (operation.checkEmpty && value === "");
			if (!empty) for (const inner of operation.word.parts) await expandPart(inner, builder, shell, quoted, unsplit);
			return;
		}
		case "ErrorIfUnset": {
			const empty = value === undefined || (operation.checkEmpty && value === "");
			if (empty)
				throw new ShellSyntaxError(`${parameter}: ${operation.word ? await expandText(operation.word, shell) : "parameter not set"}`);
			put(value, builder, quoted, unsplit);
			return;
		}
		case "PatternRemoval": {
			const pattern = await expandPattern(operation.pattern, shell);
			put(removePattern(value ?? "", pattern, operation.side, operation.greedy), builder, quoted, unsplit);
			return;
		}
		default:
			throw new ShellSyntaxError(`Bad substitution: ${operation.type}`);
	}
}

function expandArguments(parameter: string, builder: FieldBuilder, state: ShellState, quoted: boolean, unsplit: boolean): void {
	if (quoted && parameter === "*") {
		builder.quoted(state.positional.join((state.get("IFS") ?? " ").charAt(0)));
		return;
	}
	if (unsplit) {
		const text = state.positional.join(" ");
		builder.literal(text, quoted ? escapePattern(text) : text);
		return;
	}
	for (const [index, argument] of state.positional.entries()) {
		if (quoted) {
			if (index > 0) builder.next();
			builder.quoted(argument);
		} else {
			if (index > 0) builder.finish();
			builder.split(argument);
		}
	}
}

function lookUp(name: string, state: ShellState): string | undefined {
	if (/^\d+$/.test(name)) return name === "0" ? state.name : state.positional[Number(name) - 1];
	switch (name) {
		case "#":
			return String(state.positional.length);
		case "?":
			return String(state.status);
		case "$":
			return String(state.shellPid);
		case "!":
			return state.lastBackground === 0 ? "" : String(state.lastBackground);
		case "-":
			return state.noGlob ? "f" : "";
		default:
			return state.get(name);
	}
}
