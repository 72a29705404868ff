import { setImmediate } from "node:timers/promises";
import { Capture } from "../kernel/open-file.ts";
import type { Process } from "../kernel/process.ts";
import { Killed } from "../kernel/scope.ts";
import { runCompound } from "./compound.ts";
import { toEnd } from "./ending.ts";
import type { Expansion } from "./expand.ts";
import { isLater, type Later } from "./later.ts";
import { runStatements } from "./lists.ts";
import { redirected } from "./redirected.ts";
import { runSimple } from "./simple-command.ts";
import { ShellState } from "./state.ts";
import { type CommandNode, parseScript, type ScriptNode, type StatementNode } from "./syntax.ts";

const COMMANDS_IN_A_ROW = 1024;

const NEWLINE = 10;

/**
 * A POSIX shell as dash is one: commands run one after the other, the parts of a pipe at the same time, output leaves as it is
 * made. Text is bytes as characters. What need not wait for anything does not: most commands are builtins, and a promise for each
 * costs more than the command.
 */
export class Shell implements Expansion {
	/** Status of the last `$(…)`, which is that of a command without a name. */
	substituted = 0;
	private commandsRun = 0;
	readonly background = new Map<number, Promise<number>>();

	constructor(
		readonly process: Process,
		readonly state: ShellState,
	) {}

	/** A shell of its own in `process`, whose environment becomes its variables. */
	static start(process: Process, name: string, positional: string[]): Shell {
		const variables = new Map([...process.env].map(([key, value]) => [key, { value, exported: true }]));
		const state = new ShellState({ variables, name, positional, shellPid: process.pid });
		state.set("IFS", " \t\n");
		state.set("PWD", process.cwd);
		return new Shell(process, state);
	}

	/** Runs a whole script and gives the shell's exit status. Throws Killed where a signal ended it. */
	async run(text: string): Promise<number> {
		return toEnd(this, () => this.evaluate(text));
	}

	/** Reads commands from stdin, each run before the next is read, as `sh` without arguments does. */
	async runStdin(): Promise<number> {
		return toEnd(this, async () => {
			let pending = "";
			for (;;) {
				const line = await this.process.scope.race(this.process.file(0).readLine());
				if (line.length === 0) break;
				pending += line.toString("latin1");
				let script: ScriptNode;
				try {
					script = parseScript(pending);
				} catch {
					continue;
				}
				pending = "";
				await this.statements(script.statements);
			}
			if (pending !== "") await this.evaluate(pending);
		});
	}

	/** `eval` and the body of a script. */
	evaluate(text: string): Later<void> {
		return this.statements(parseScript(text).statements);
	}

	async complain(message: string): Promise<void> {
		try {
			await this.process.write(2, `${this.state.name}: 1: ${message}\n`);
		} catch (error) {
			if (error instanceof Killed) throw error;
		}
	}

	statements(nodes: readonly StatementNode[]): Later<void> {
		return runStatements(this, nodes);
	}

	/** A subshell: a copy of everything. */
	fork(): Shell {
		return new Shell(this.process.fork(), this.state.fork());
	}

	/** Runs as a child process: gives its status whatever happens, and ends the process. */
	inChild(work: () => Later<void>): Later<number> {
		let ended: Later<number>;
		try {
			ended = toEnd(this, work);
		} catch (error) {
			this.process.end();
			if (error instanceof Killed) return 128 + error.signal;
			throw error;
		}
		if (isLater(ended)) return this.childAfter(ended);
		this.process.end();
		return ended;
	}

	private async childAfter(ended: Promise<number>): Promise<number> {
		try {
			return await ended;
		} catch (error) {
			if (error instanceof Killed) return 128 + error.signal;
			throw error;
		} finally {
			this.process.end();
		}
	}

	substitute(script: ScriptNode): Later<string> {
		const child = this.fork();
		const capture = new Capture();
		child.process.install(1, capture);
		const status = child.inChild(() => child.statements(script.statements));
		return isLater(status) ? status.then((ended) => this.substitutedBy(ended, capture)) : this.substitutedBy(status, capture);
	}

	private substitutedBy(status: number, capture: Capture): string {
		this.substituted = status;
		this.process.scope.check();
		const text = capture.bytes.toString("latin1").replaceAll("\0", "");
		let end = text.length;
		while (end > 0 && text.charCodeAt(end - 1) === NEWLINE) end--;
		return text.slice(0, end);
	}

	command(node: CommandNode): Later<number> {
		// Builtins alone never leave the microtasks: a shell that loops over them must not hold timers and sockets up.
		this.commandsRun += 1;
		if (this.commandsRun % COMMANDS_IN_A_ROW === 0) return setImmediate().then(() => this.commandNow(node));
		return this.commandNow(node);
	}

	private commandNow(node: CommandNode): Later<number> {
		this.process.scope.check();
		if (node.type === "SimpleCommand") return runSimple(this, node);
		if (node.type === "FunctionDef") {
			this.state.define(node.name, node.body);
			return 0;
		}
		return redirected(this, node.redirections, () => runCompound(this, node));
	}
}
