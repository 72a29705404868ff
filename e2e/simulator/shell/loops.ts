import { expandWords } from "./expand.ts";
import { isLater, type Later } from "./later.ts";
import type { Shell } from "./shell.ts";
import { Leave } from "./signals.ts";
import type { CompoundCommandNode } from "./syntax.ts";

type ForNode = Extract<CompoundCommandNode, { type: "For" }>;

/** Each value in turn. Gives the status of the last turn. */
export function runFor(shell: Shell, node: ForNode): Later<number> {
	const values = node.words === null ? [...shell.state.positional] : expandWords(node.words, shell);
	return isLater(values) ? values.then((come) => eachOf(shell, node, come)) : eachOf(shell, node, values);
}

function eachOf(shell: Shell, node: ForNode, values: readonly string[]): Later<number> {
	shell.state.status = 0;
	for (let at = 0; at < values.length; at++) {
		shell.state.set(node.variable, values[at] as string);
		const turned = turn(() => shell.statements(node.body));
		if (isLater(turned)) return eachAfter(shell, turned, node, values, at + 1);
		if (!turned) break;
	}
	return shell.state.status;
}

async function eachAfter(shell: Shell, turned: Promise<boolean>, node: ForNode, values: readonly string[], from: number): Promise<number> {
	let going = await turned;
	for (let at = from; going && at < values.length; at++) {
		shell.state.set(node.variable, values[at] as string);
		going = await turn(() => shell.statements(node.body));
	}
	return shell.state.status;
}

/** `while` and `until`. Gives the status of the last turn of their body. */
export function runLoop(shell: Shell, node: Extract<CompoundCommandNode, { type: "While" | "Until" }>): Later<number> {
	let status = 0;
	let going = true;
	const done = () => {
		status = shell.state.status;
	};
	const body = () => {
		if ((shell.state.status === 0) === (node.type === "Until")) {
			going = false;
			return;
		}
		const working = shell.statements(node.body);
		if (isLater(working)) return working.then(done);
		done();
	};
	const once = () => {
		const condition = shell.statements(node.condition);
		return isLater(condition) ? condition.then(body) : body();
	};
	const after = async (first: Promise<boolean>) => {
		for (let turned = await first; turned && going; ) turned = await turn(once);
		return status;
	};
	while (going) {
		const turned = turn(once);
		if (isLater(turned)) return after(turned);
		if (!turned) break;
	}
	return status;
}

/** One turn of a loop; false where the loop is over. */
function turn(work: () => Later<void>): Later<boolean> {
	try {
		const working = work();
		return isLater(working) ? working.then(() => true, goesOn) : true;
	} catch (error) {
		return goesOn(error);
	}
}

/** Whether a loop goes on after what its turn threw; throws what is meant for somebody else. */
function goesOn(error: unknown): boolean {
	if (!(error instanceof Leave) || (error.kind !== "break" && error.kind !== "continue")) throw error;
	if (error.value > 1) throw new Leave(error.kind, error.value - 1);
	return error.kind === "continue";
}
