import { type CommandNode, parse, type ScriptNode, type SimpleCommandNode, type StatementNode, type WordNode } from "just-bash";

/** The syntax tree is just-bash's; what runs it is ours, since its own interpreter gives output only when everything has ended. */
export type { CommandNode, ScriptNode, SimpleCommandNode, StatementNode, WordNode };
export type CompoundCommandNode = Exclude<CommandNode, SimpleCommandNode | { type: "FunctionDef" }>;
export type WordPart = WordNode["parts"][number];
export type RedirectionNode = SimpleCommandNode["redirections"][number];
export type HereDocNode = Extract<RedirectionNode["target"], { type: "HereDoc" }>;
export type ParameterPart = Extract<WordPart, { type: "ParameterExpansion" }>;
export type ArithmeticNode = Extract<WordPart, { type: "ArithmeticExpansion" }>["expression"];
export type ArithmeticExpression = ArithmeticNode["expression"];

export class ShellSyntaxError extends Error {
	override readonly name = "ShellSyntaxError";
}

/** The same scripts run on many nodes: parsing is most of what a short one costs. */
const parsed = new Map<string, ScriptNode>();
const MAX_KEPT = 300;

/** Parses a script, bytes as characters. Throws ShellSyntaxError. */
export function parseScript(text: string): ScriptNode {
	const known = parsed.get(text);
	if (known) {
		parsed.delete(text);
		parsed.set(text, known);
		return known;
	}
	try {
		const script = parse(text);
		parsed.set(text, script);
		if (parsed.size > MAX_KEPT) {
			const oldest = parsed.keys().next();
			if (!oldest.done) parsed.delete(oldest.value);
		}
		return script;
	} catch (error) {
		throw new ShellSyntaxError(error instanceof Error ? error.message : String(error));
	}
}
