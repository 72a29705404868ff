import { isLater, type Later } from "./later.ts";
import { RedirectionError } from "./redirect.ts";
import type { Shell } from "./shell.ts";
import { Leave } from "./signals.ts";
import { ShellSyntaxError } from "./syntax.ts";

/** Everything that ends a shell, and its EXIT trap. Gives its exit status; throws Killed where a signal ended it. */
export function toEnd(shell: Shell, work: () => Later<void>): Later<number> {
	let working: Later<void>;
	try {
		working = work();
	} catch (error) {
		return endedBy(shell, error);
	}
	if (isLater(working)) return toLaterEnd(shell, working);
	return shell.state.traps.has("EXIT") ? trapped(shell) : shell.state.status;
}

async function toLaterEnd(shell: Shell, working: Promise<void>): Promise<number> {
	try {
		await working;
	} catch (error) {
		return endedBy(shell, error);
	}
	return trapped(shell);
}

async function endedBy(shell: Shell, error: unknown): Promise<number> {
	shell.state.status = await statusOf(shell, error);
	return trapped(shell);
}

async function trapped(shell: Shell): Promise<number> {
	const trap = shell.state.traps.get("EXIT");
	if (trap !== undefined && trap !== "") {
		shell.state.traps.delete("EXIT");
		const { status } = shell.state;
		try {
			await shell.evaluate(trap);
			shell.state.status = status;
		} catch (error) {
			shell.state.status = await statusOf(shell, error);
		}
	}
	return shell.state.status;
}

async function statusOf(shell: Shell, error: unknown): Promise<number> {
	if (error instanceof Leave) return error.kind === "exit" || error.kind === "return" ? error.value : shell.state.status;
	if (error instanceof ShellSyntaxError || error instanceof RedirectionError) {
		await shell.complain(error.message);
		return 2;
	}
	throw error;
}
