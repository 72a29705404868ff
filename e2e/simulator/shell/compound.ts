import { expandPattern, expandText } from "./expand.ts";
import { isLater, type Later } from "./later.ts";
import { runFor, runLoop } from "./loops.ts";
import { matches } from "./pattern.ts";
import type { Shell } from "./shell.ts";
import { type CompoundCommandNode, ShellSyntaxError, type StatementNode, type WordNode } from "./syntax.ts";

/** What has commands in it: groups, subshells, `if`, `case`, and the loops of their own file. Gives its status. */
export function runCompound(shell: Shell, node: CompoundCommandNode): Later<number> {
	switch (node.type) {
		case "Group":
			shell.state.status = 0;
			return statusAfter(shell, shell.statements(node.body));
		case "Subshell": {
			const child = shell.fork();
			return child.inChild(() => child.statements(node.body));
		}
		case "If":
			return branch(shell, node, 0);
		case "For":
			return runFor(shell, node);
		case "While":
		case "Until":
			return runLoop(shell, node);
		case "Case": {
			const word = expandText(node.word, shell);
			return isLater(word) ? word.then((text) => cases(shell, node, text)) : cases(shell, node, word);
		}
		default:
			throw new ShellSyntaxError(`${node.type} is not POSIX`);
	}
}

function statusAfter(shell: Shell, working: Later<void>): Later<number> {
	return isLater(working) ? working.then(() => shell.state.status) : shell.state.status;
}

function branch(shell: Shell, node: Extract<CompoundCommandNode, { type: "If" }>, from: number): Later<number> {
	for (let at = from; at < node.clauses.length; at++) {
		const { condition, body } = node.clauses[at] as (typeof node.clauses)[number];
		const working = shell.statements(condition);
		if (isLater(working))
			return working.then(() => (shell.state.status === 0 ? statusAfter(shell, shell.statements(body)) : branch(shell, node, at + 1)));
		if (shell.state.status === 0) return statusAfter(shell, shell.statements(body));
	}
	shell.state.status = 0;
	return node.elseBody ? statusAfter(shell, shell.statements(node.elseBody)) : 0;
}

function cases(shell: Shell, node: Extract<CompoundCommandNode, { type: "Case" }>, word: string, from = 0): Later<number> {
	for (let at = from; at < node.items.length; at++) {
		const { patterns, body } = node.items[at] as (typeof node.items)[number];
		const found = matchesAny(shell, patterns, word);
		if (isLater(found)) return found.then((does) => (does ? chosen(shell, body) : cases(shell, node, word, at + 1)));
		if (found) return chosen(shell, body);
	}
	return 0;
}

function chosen(shell: Shell, body: readonly StatementNode[]): Later<number> {
	shell.state.status = 0;
	return statusAfter(shell, shell.statements(body));
}

function matchesAny(shell: Shell, patterns: readonly WordNode[], word: string, from = 0): Later<boolean> {
	for (let at = from; at < patterns.length; at++) {
		const pattern = expandPattern(patterns[at] as WordNode, shell);
		if (isLater(pattern)) return pattern.then((made) => matches(made, word) || matchesAny(shell, patterns, word, at + 1));
		if (matches(pattern, word)) return true;
	}
	return false;
}
