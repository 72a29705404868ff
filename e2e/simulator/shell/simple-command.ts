import { reason } from "../kernel/errno.ts";
import { Killed } from "../kernel/scope.ts";
import { BUILTINS, type Builtin, SPECIAL_BUILTINS } from "./builtins.ts";
import { expandText, expandWords } from "./expand.ts";
import { runExternal } from "./external.ts";
import { isLater, type Later } from "./later.ts";
import { redirect } from "./redirect.ts";
import { redirected } from "./redirected.ts";
import type { Shell } from "./shell.ts";
import { Leave } from "./signals.ts";
import { type CompoundCommandNode, ShellSyntaxError, type SimpleCommandNode } from "./syntax.ts";

/** Assignments and a word that names a builtin, a function or a program. Gives its status. */
export function runSimple(shell: Shell, node: SimpleCommandNode): Later<number> {
	shell.substituted = 0;
	const words = node.name ? expandWords([node.name, ...node.args], shell) : [];
	return isLater(words) ? words.then((expanded) => called(shell, expanded, node)) : called(shell, words, node);
}

function called(shell: Shell, words: string[], node: SimpleCommandNode): Later<number> {
	const [name] = words;
	if (name !== undefined) return call(shell, name, words.slice(1), node);
	return redirected(shell, node.redirections, () => {
		const assigned = assign(shell, node);
		return isLater(assigned) ? assigned.then(() => shell.substituted) : shell.substituted;
	});
}

function assign(shell: Shell, node: SimpleCommandNode, from = 0): Later<void> {
	for (let at = from; at < node.assignments.length; at++) {
		const { name, value } = node.assignments[at] as (typeof node.assignments)[number];
		const text = value ? expandText(value, shell) : "";
		if (isLater(text))
			return text.then((expanded) => {
				shell.state.set(name, expanded);
				return assign(shell, node, at + 1);
			});
		shell.state.set(name, text);
	}
}

function call(shell: Shell, name: string, args: string[], node: SimpleCommandNode): Later<number> {
	const special = own(SPECIAL_BUILTINS, name);
	if (special) {
		const assigned = assign(shell, node);
		const next = () => callSpecial(shell, special, name, args, node);
		return isLater(assigned) ? assigned.then(next) : next();
	}
	const body = shell.state.functions.get(name);
	if (body) return redirected(shell, node.redirections, () => assignedFor(shell, node, () => callFunction(shell, body, args)));
	const builtin = own(BUILTINS, name);
	if (builtin) return redirected(shell, node.redirections, () => assignedFor(shell, node, () => callBuiltin(shell, builtin, args)));
	return runExternal(shell, name, args, node);
}

function callSpecial(shell: Shell, special: Builtin, name: string, args: string[], node: SimpleCommandNode): Later<number> {
	// `exec` without a command keeps its redirections.
	if (name === "exec" && args.length === 0) return keepRedirections(shell, node);
	return redirected(shell, node.redirections, () => special(shell, args), true);
}

async function keepRedirections(shell: Shell, node: SimpleCommandNode): Promise<number> {
	(await redirect(node.redirections, shell.process, shell)).keep();
	return 0;
}

function callBuiltin(shell: Shell, builtin: Builtin, args: string[]): Later<number> {
	const failed = (error: unknown) => {
		if (error instanceof Leave || error instanceof Killed || error instanceof ShellSyntaxError) throw error;
		return shell.complain(reason(error)).then(() => 1);
	};
	try {
		const status = builtin(shell, args);
		return isLater(status) ? status.catch(failed) : status;
	} catch (error) {
		return failed(error);
	}
}

/** Assignments before a command hold while it runs, and no longer. */
function assignedFor(shell: Shell, node: SimpleCommandNode, work: () => Later<number>): Later<number> {
	return node.assignments.length === 0 ? work() : withAssignments(shell, node, work);
}

function withAssignments(shell: Shell, node: SimpleCommandNode, work: () => Later<number>, from = 0): Later<number> {
	const { variables } = shell.state;
	const { name, value } = node.assignments[from] as (typeof node.assignments)[number];
	const text = value ? expandText(value, shell) : "";
	const assigned = (expanded: string): Later<number> => {
		const before = variables.get(name);
		const back = () => {
			if (before) variables.set(name, before);
			else variables.delete(name);
		};
		variables.set(name, { value: expanded, exported: true });
		let working: Later<number>;
		try {
			working = from + 1 < node.assignments.length ? withAssignments(shell, node, work, from + 1) : work();
		} catch (error) {
			back();
			throw error;
		}
		if (isLater(working)) return working.finally(back);
		back();
		return working;
	};
	return isLater(text) ? text.then(assigned) : assigned(text);
}

function callFunction(shell: Shell, body: CompoundCommandNode, args: string[]): Later<number> {
	const { positional } = shell.state;
	const over = (error: unknown) => {
		shell.state.positional = positional;
		if (error instanceof Leave && error.kind === "return") return error.value;
		throw error;
	};
	shell.state.positional = args;
	try {
		const status = shell.command(body);
		if (!isLater(status)) {
			shell.state.positional = positional;
			return status;
		}
		return status.then((ended) => {
			shell.state.positional = positional;
			return ended;
		}, over);
	} catch (error) {
		return over(error);
	}
}

function own(builtins: Readonly<Record<string, Builtin>>, name: string): Builtin | undefined {
	return Object.hasOwn(builtins, name) ? builtins[name] : undefined;
}
