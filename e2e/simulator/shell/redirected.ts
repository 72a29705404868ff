import { isLater, type Later } from "./later.ts";
import { type Redirected, RedirectionError, redirect } from "./redirect.ts";
import type { Shell } from "./shell.ts";
import type { RedirectionNode } from "./syntax.ts";

/** A command between redirections of the shell's own descriptors. */
export function redirected(shell: Shell, nodes: readonly RedirectionNode[], work: () => Later<number>, special = false): Later<number> {
	return nodes.length === 0 ? work() : withRedirections(shell, nodes, work, special);
}

function withRedirections(shell: Shell, nodes: readonly RedirectionNode[], work: () => Later<number>, special: boolean): Later<number> {
	const failed = (error: unknown) => {
		// The redirection of a special builtin that fails ends the shell (POSIX 2.8.1).
		if (!(error instanceof RedirectionError) || special) throw error;
		return shell.complain(error.message).then(() => 2);
	};
	let made: Later<Redirected>;
	try {
		made = redirect(nodes, shell.process, shell);
	} catch (error) {
		return failed(error);
	}
	if (isLater(made)) return made.then((redirected) => within(redirected, work), failed);
	return within(made, work);
}

function within(made: Redirected, work: () => Later<number>): Later<number> {
	let working: Later<number>;
	try {
		working = work();
	} catch (error) {
		made.undo();
		throw error;
	}
	if (isLater(working)) return working.finally(() => made.undo());
	made.undo();
	return working;
}
