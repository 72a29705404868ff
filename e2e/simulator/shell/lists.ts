import { openPipe } from "../kernel/open-file.ts";
import { isLater, type Later } from "./later.ts";
import type { Shell } from "./shell.ts";
import { type CommandNode, ShellSyntaxError, type StatementNode } from "./syntax.ts";

type PipelineNode = StatementNode["pipelines"][number];

/** Lists (POSIX 2.9.3): one statement after the other, `&&` and `||`, what goes on in the background, and the pipes of each. */
export function runStatements(shell: Shell, nodes: readonly StatementNode[]): Later<void> {
	for (let at = 0; at < nodes.length; at++) {
		const working = statement(shell, nodes[at] as StatementNode);
		if (isLater(working)) return statementsAfter(shell, working, nodes, at + 1);
	}
}

async function statementsAfter(shell: Shell, working: Promise<void>, nodes: readonly StatementNode[], from: number): Promise<void> {
	await working;
	for (let at = from; at < nodes.length; at++) {
		const next = statement(shell, nodes[at] as StatementNode);
		if (isLater(next)) await next;
	}
}

function statement(shell: Shell, node: StatementNode): Later<void> {
	if (node.deferredError) throw new ShellSyntaxError(node.deferredError.message);
	if (node.background) {
		const child = shell.fork();
		shell.state.lastBackground = child.process.pid;
		const ended = child.inChild(async () => {
			// The shell that begins it goes on first.
			await Promise.resolve();
			return andOr(child, node);
		});
		shell.background.set(child.process.pid, Promise.resolve(ended));
		shell.state.status = 0;
		return;
	}
	return andOr(shell, node);
}

function andOr(shell: Shell, node: StatementNode, from = 0): Later<void> {
	const { pipelines, operators } = node;
	for (let at = from; at < pipelines.length; at++) {
		const operator = at === 0 ? ";" : (operators[at - 1] ?? ";");
		if (operator === "&&" ? shell.state.status !== 0 : operator === "||" && shell.state.status === 0) continue;
		const working = pipeline(shell, pipelines[at] as PipelineNode);
		if (isLater(working)) return andOrAfter(shell, working, node, at + 1);
	}
}

async function andOrAfter(shell: Shell, working: Promise<void>, node: StatementNode, from: number): Promise<void> {
	await working;
	await andOr(shell, node, from);
}

function pipeline(shell: Shell, node: PipelineNode): Later<void> {
	const only = node.commands.length === 1 ? node.commands[0] : undefined;
	const working = only ? shell.command(only) : piped(shell, node.commands);
	if (isLater(working)) return pipelineAfter(shell, working, node);
	shell.state.status = node.negated ? Number(working === 0) : working;
}

async function pipelineAfter(shell: Shell, working: Promise<number>, node: PipelineNode): Promise<void> {
	const status = await working;
	shell.state.status = node.negated ? Number(status === 0) : status;
}

async function piped(shell: Shell, commands: readonly CommandNode[]): Promise<number> {
	const children = commands.map(() => shell.fork());
	for (let index = 0; index + 1 < children.length; index++) {
		const { reader, writer } = openPipe();
		children[index]?.process.install(1, writer);
		children[index + 1]?.process.install(0, reader);
	}
	const ended = commands.map((command, index) => {
		const child = children[index] ?? shell.fork();
		return child.inChild(async () => {
			child.state.status = await child.command(command);
		});
	});
	return (await Promise.all(ended)).at(-1) ?? 0;
}
