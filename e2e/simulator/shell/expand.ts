import type { Process } from "../kernel/process.ts";
import { evaluate } from "./arithmetic.ts";
import { type Field, FieldBuilder } from "./fields.ts";
import { globbed } from "./glob.ts";
import { isLater, type Later } from "./later.ts";
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
	substitute(script: ScriptNode): Later<string>;
}

/** Words as a command gets them: expanded, split, globbed. */
export function expandWords(words: readonly WordNode[], shell: Expansion, from = 0, result: string[] = []): Later<string[]> {
	for (let at = from; at < words.length; at++) {
		const word = words[at] as WordNode;
		const only = word.parts.length === 1 ? word.parts[0] : undefined;
		if (only?.type === "Literal" || only?.type === "SingleQuoted") {
			result.push(only.value);
			continue;
		}
		const builder = new FieldBuilder(shell.state.get("IFS") ?? " \t\n");
		const expanding = expandParts(word.parts, builder, shell, false, false);
		if (isLater(expanding)) {
			return expanding.then(() => {
				pushFields(builder, shell, result);
				return expandWords(words, shell, at + 1, result);
			});
		}
		pushFields(builder, shell, result);
	}
	return result;
}

function pushFields(builder: FieldBuilder, shell: Expansion, result: string[]): void {
	builder.finish();
	for (const field of builder.fields) {
		const found = shell.state.noGlob ? undefined : globbed(field.pattern, shell.process);
		if (found) result.push(...found);
		else result.push(field.text);
	}
}

/** One word as text, neither split nor globbed: the value of an assignment, a redirection's file, `case`'s word. */
export function expandText(word: WordNode, shell: Expansion): Later<string> {
	const only = word.parts.length === 1 ? word.parts[0] : undefined;
	if (only?.type === "Literal" || only?.type === "SingleQuoted") return only.value;
	const builder = whole(word, shell);
	return isLater(builder) ? builder.then(textOf) : textOf(builder);
}

/** One word as a pattern: what was quoted means itself. */
export function expandPattern(word: WordNode, shell: Expansion): Later<string> {
	const builder = whole(word, shell);
	return isLater(builder) ? builder.then(patternOf) : patternOf(builder);
}

// "$@" without splitting is its words with blanks between.
const textOf = ({ fields }: FieldBuilder) => (fields.length === 1 ? (fields[0] as Field).text : fields.map(({ text }) => text).join(" "));
const patternOf = ({ fields }: FieldBuilder) => fields.map(({ pattern }) => pattern).join(" ");

function whole(word: WordNode, shell: Expansion): Later<FieldBuilder> {
	const builder = new FieldBuilder("");
	const finished = () => {
		builder.finish();
		return builder;
	};
	const expanding = expandParts(word.parts, builder, shell, false, true);
	return isLater(expanding) ? expanding.then(finished) : finished();
}

/** A here-document's text; `<<-` takes the tabs from the lines as they were written. */
export function expandHereDoc(node: HereDocNode, shell: Expansion, from = 0, before = ""): Later<string> {
	const { parts } = node.content;
	let text = before;
	for (let at = from; at < parts.length; at++) {
		const part = parts[at] as WordPart;
		if (part.type === "Literal") {
			let value = part.value;
			if (node.stripTabs) {
				value = value.replaceAll(/\n\t+/g, "\n");
				const previous = parts[at - 1];
				if (previous === undefined || (previous.type === "Literal" && previous.value.endsWith("\n"))) value = value.replace(/^\t+/, "");
			}
			text += value;
			continue;
		}
		const builder = new FieldBuilder("");
		const expanding = expandPart(part, builder, shell, true, true);
		if (isLater(expanding)) return expanding.then(() => expandHereDoc(node, shell, at + 1, text + ended(builder)));
		text += ended(builder);
	}
	return text;
}

function ended(builder: FieldBuilder): string {
	builder.finish();
	return textOf(builder);
}

function expandParts(
	parts: readonly WordPart[],
	builder: FieldBuilder,
	shell: Expansion,
	quoted: boolean,
	unsplit: boolean,
	from = 0,
): Later<void> {
	for (let at = from; at < parts.length; at++) {
		const expanding = expandPart(parts[at] as WordPart, builder, shell, quoted, unsplit);
		if (isLater(expanding)) return expanding.then(() => expandParts(parts, builder, shell, quoted, unsplit, at + 1));
	}
}

function expandPart(part: WordPart, builder: FieldBuilder, shell: Expansion, quoted: boolean, unsplit: boolean): Later<void> {
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
			return expandParts(part.parts, builder, shell, true, unsplit);
		}
		case "TildeExpansion":
			builder.quoted(shell.state.get("HOME") ?? "/root");
			return;
		case "CommandSubstitution":
			return putLater(shell.substitute(part.body), builder, quoted, unsplit);
		case "ArithmeticExpansion":
			return putLater(arithmetic(part.expression, shell), builder, quoted, unsplit);
		case "ParameterExpansion":
			return expandParameter(part, builder, shell, quoted, unsplit);
		case "BraceExpansion":
			throw new ShellSyntaxError("brace expansion is not POSIX");
		case "ProcessSubstitution":
			throw new ShellSyntaxError("process substitution is not POSIX");
	}
}

/** What stands in `$(( … ))` is expanded like a quoted word first (POSIX 2.6.4), then calculated. */
function arithmetic(node: ArithmeticNode, shell: Expansion): Later<string> {
	const text = node.originalText ?? "";
	return /[`]|\$[{(]/.test(text) ? expandedArithmetic(text, shell) : String(evaluate(node, shell.state));
}

async function expandedArithmetic(text: string, shell: Expansion): Promise<string> {
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

function putLater(text: Later<string>, builder: FieldBuilder, quoted: boolean, unsplit: boolean): Later<void> {
	if (isLater(text)) return text.then((come) => put(come, builder, quoted, unsplit));
	put(text, builder, quoted, unsplit);
}

function expandParameter(part: ParameterPart, builder: FieldBuilder, shell: Expansion, quoted: boolean, unsplit: boolean): Later<void> {
	const { state } = shell;
	const { parameter, operation } = part;
	if (operation === null) {
		if (parameter === "@" || parameter === "*") expandArguments(parameter, builder, state, quoted, unsplit);
		else put(lookUp(parameter, state) ?? "", builder, quoted, unsplit);
		return;
	}
	const value = parameter === "@" || parameter === "*" ? state.positional.join(" ") : lookUp(parameter, state);
	switch (operation.type) {
		case "Length":
			put(String((value ?? "").length), builder, quoted, unsplit);
			return;
		case "DefaultValue": {
			if (!isEmpty(value, operation.checkEmpty)) put(value, builder, quoted, unsplit);
			else return expandParts(operation.word.parts, builder, shell, quoted, unsplit);
			return;
		}
		case "AssignDefault":
			if (!isEmpty(value, operation.checkEmpty)) put(value, builder, quoted, unsplit);
			else return assignDefault(parameter, operation.word, builder, shell, quoted, unsplit);
			return;
		case "UseAlternative":
			return isEmpty(value, operation.checkEmpty) ? undefined : expandParts(operation.word.parts, builder, shell, quoted, unsplit);
		case "ErrorIfUnset":
			if (isEmpty(value, operation.checkEmpty)) return complainOf(parameter, operation.word, shell);
			put(value, builder, quoted, unsplit);
			return;
		case "PatternRemoval": {
			const { side, greedy } = operation;
			const pattern = expandPattern(operation.pattern, shell);
			const removed = (made: string) => removePattern(value ?? "", made, side, greedy);
			return putLater(isLater(pattern) ? pattern.then(removed) : removed(pattern), builder, quoted, unsplit);
		}
		default:
			throw new ShellSyntaxError(`Bad substitution: ${operation.type}`);
	}
}

function isEmpty(value: string | undefined, checkEmpty: boolean): value is undefined {
	return value === undefined || (checkEmpty && value === "");
}

async function assignDefault(
	name: string,
	word: WordNode,
	builder: FieldBuilder,
	shell: Expansion,
	quoted: boolean,
	unsplit: boolean,
): Promise<void> {
	shell.state.set(name, await expandText(word, shell));
	await expandParts(word.parts, builder, shell, quoted, unsplit);
}

async function complainOf(parameter: string, word: WordNode | null, shell: Expansion): Promise<void> {
	throw new ShellSyntaxError(`${parameter}: ${word ? await expandText(word, shell) : "parameter not set"}`);
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
