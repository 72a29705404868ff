import { setImmediate } from "node:timers/promises";
import { reason } from "../kernel/errno.ts";
import { Capture, openPipe } from "../kernel/open-file.ts";
import type { Process } from "../kernel/process.ts";
import { Killed } from "../kernel/scope.ts";
import { BUILTINS, type Builtin, SPECIAL_BUILTINS } from "./builtins.ts";
import { type Expansion, expandPattern, expandText, expandWords } from "./expand.ts";
import { matches } from "./pattern.ts";
import { type Redirected, RedirectionError, redirect } from "./redirect.ts";
import { Leave } from "./signals.ts";
import { ShellState } from "./state.ts";
import {
	type CommandNode,
	type CompoundCommandNode,
	parseScript,
	type RedirectionNode,
	type ScriptNode,
	ShellSyntaxError,
	type SimpleCommandNode,
	type StatementNode,
} from "./syntax.ts";

const COMMANDS_IN_A_ROW = 256;
let commandsRun = 0;

type PipelineNode = StatementNode["pipelines"][number];

/**
 * A POSIX shell as dash is one: commands run one after the other, the parts of a pipe at the same time, output leaves as it is
 * made. Text is bytes as characters.
 */
export class Shell implements Expansion {
	/** Status of the last `$(…)`, which is that of a command without a name. */
	private substituted = 0;
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
		return this.toEnd(() => this.evaluate(text));
	}

	/** Reads commands from stdin, each run before the next is read, as `sh` without arguments does. */
	async runStdin(): Promise<number> {
		return this.toEnd(async () => {
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

	/** Everything that ends a shell, and its EXIT trap. */
	private async toEnd(work: () => Promise<void>): Promise<number> {
		try {
			await work();
		} catch (error) {
			this.state.status = await this.statusOf(error);
		}
		const trap = this.state.traps.get("EXIT");
		if (trap !== undefined && trap !== "") {
			this.state.traps.delete("EXIT");
			const { status } = this.state;
			try {
				await this.evaluate(trap);
				this.state.status = status;
			} catch (error) {
				this.state.status = await this.statusOf(error);
			}
		}
		return this.state.status;
	}

	private async statusOf(error: unknown): Promise<number> {
		if (error instanceof Leave) return error.kind === "exit" || error.kind === "return" ? error.value : this.state.status;
		if (error instanceof ShellSyntaxError || error instanceof RedirectionError) {
			await this.complain(error.message);
			return 2;
		}
		throw error;
	}

	/** `eval` and the body of a script. */
	async evaluate(text: string): Promise<void> {
		await this.statements(parseScript(text).statements);
	}

	async complain(message: string): Promise<void> {
		try {
			await this.process.write(2, `${this.state.name}: 1: ${message}\n`);
		} catch (error) {
			if (error instanceof Killed) throw error;
		}
	}

	async statements(nodes: readonly StatementNode[]): Promise<void> {
		for (const node of nodes) await this.statement(node);
	}

	private async statement(node: StatementNode): Promise<void> {
		if (node.deferredError) throw new ShellSyntaxError(node.deferredError.message);
		if (node.background) {
			const child = this.fork();
			this.state.lastBackground = child.process.pid;
			const ended = child.inChild(() => child.andOr(node));
			this.background.set(child.process.pid, ended);
			this.state.status = 0;
			return;
		}
		await this.andOr(node);
	}

	private async andOr(node: StatementNode): Promise<void> {
		for (const [index, pipeline] of node.pipelines.entries()) {
			const operator = index === 0 ? ";" : (node.operators[index - 1] ?? ";");
			if (operator === "&&" && this.state.status !== 0) continue;
			if (operator === "||" && this.state.status === 0) continue;
			await this.pipeline(pipeline);
		}
	}

	private async pipeline(node: PipelineNode): Promise<void> {
		const only = node.commands.length === 1 ? node.commands[0] : undefined;
		this.state.status = only ? await this.command(only) : await this.piped(node.commands);
		if (node.negated) this.state.status = this.state.status === 0 ? 1 : 0;
	}

	private async piped(commands: readonly CommandNode[]): Promise<number> {
		const children = commands.map(() => this.fork());
		for (let index = 0; index + 1 < children.length; index++) {
			const { reader, writer } = openPipe();
			children[index]?.process.install(1, writer);
			children[index + 1]?.process.install(0, reader);
		}
		const ended = commands.map((command, index) => {
			const child = children[index] ?? this.fork();
			return child.inChild(async () => {
				child.state.status = await child.command(command);
			});
		});
		return (await Promise.all(ended)).at(-1) ?? 0;
	}

	/** A subshell: a copy of everything. */
	fork(): Shell {
		const child = new Shell(this.process.fork(), this.state.fork());
		return child;
	}

	/** Runs as a child process: gives its status whatever happens, and ends the process. */
	async inChild(work: () => Promise<void>): Promise<number> {
		try {
			return await this.toEnd(work);
		} catch (error) {
			if (error instanceof Killed) return 128 + error.signal;
			throw error;
		} finally {
			this.process.end();
		}
	}

	async substitute(script: ScriptNode): Promise<string> {
		const child = this.fork();
		const capture = new Capture();
		child.process.install(1, capture);
		this.substituted = await child.inChild(() => child.statements(script.statements));
		this.process.scope.check();
		let end = capture.bytes.toString("latin1").replaceAll("\0", "");
		while (end.endsWith("\n")) end = end.slice(0, -1);
		return end;
	}

	async command(node: CommandNode): Promise<number> {
		await this.letOthersRun();
		this.process.scope.check();
		if (node.type === "SimpleCommand") return this.simple(node);
		if (node.type === "FunctionDef") {
			this.state.functions.set(node.name, node.body);
			return 0;
		}
		return this.redirected(node.redirections, () => this.compound(node));
	}

	/** Builtins alone never leave the microtasks: a shell that loops over them must not hold timers and sockets up. */
	private async letOthersRun(): Promise<void> {
		commandsRun += 1;
		if (commandsRun % COMMANDS_IN_A_ROW === 0) await setImmediate();
	}

	/** A command between redirections of this shell's own descriptors. */
	private async redirected(nodes: readonly RedirectionNode[], work: () => Promise<number>, special = false): Promise<number> {
		if (nodes.length === 0) return work();
		let made: Redirected;
		try {
			made = await redirect(nodes, this.process, this);
		} catch (error) {
			// The redirection of a special builtin that fails ends the shell (POSIX 2.8.1).
			if (!(error instanceof RedirectionError) || special) throw error;
			await this.complain(error.message);
			return 2;
		}
		try {
			return await work();
		} finally {
			made.undo();
		}
	}

	private async compound(node: CompoundCommandNode): Promise<number> {
		switch (node.type) {
			case "Group":
				this.state.status = 0;
				await this.statements(node.body);
				return this.state.status;
			case "Subshell": {
				const child = this.fork();
				return child.inChild(() => child.statements(node.body));
			}
			case "If":
				for (const { condition, body } of node.clauses) {
					await this.statements(condition);
					if (this.state.status !== 0) continue;
					await this.statements(body);
					return this.state.status;
				}
				this.state.status = 0;
				if (node.elseBody) await this.statements(node.elseBody);
				return this.state.status;
			case "For": {
				const values = node.words === null ? [...this.state.positional] : await expandWords(node.words, this);
				this.state.status = 0;
				for (const value of values) {
					this.state.set(node.variable, value);
					if (!(await this.turn(() => this.statements(node.body)))) break;
				}
				return this.state.status;
			}
			case "While":
			case "Until":
				return this.loop(node);
			case "Case": {
				const word = await expandText(node.word, this);
				for (const { patterns, body } of node.items) {
					let found = false;
					for (const pattern of patterns) found ||= matches(await expandPattern(pattern, this), word);
					if (!found) continue;
					this.state.status = 0;
					await this.statements(body);
					return this.state.status;
				}
				return 0;
			}
			default:
				throw new ShellSyntaxError(`${node.type} is not POSIX`);
		}
	}

	private async loop(node: Extract<CompoundCommandNode, { type: "While" | "Until" }>): Promise<number> {
		let status = 0;
		let going = true;
		while (going) {
			going = await this.turn(async () => {
				await this.statements(node.condition);
				if ((this.state.status === 0) === (node.type === "Until")) {
					going = false;
					throw new Leave("break", 1);
				}
				await this.statements(node.body);
				status = this.state.status;
			});
		}
		return status;
	}

	/** One turn of a loop; false where the loop is over. */
	private async turn(work: () => Promise<void>): Promise<boolean> {
		try {
			await work();
			return true;
		} catch (error) {
			if (!(error instanceof Leave) || (error.kind !== "break" && error.kind !== "continue")) throw error;
			if (error.value > 1) throw new Leave(error.kind, error.value - 1);
			return error.kind === "continue";
		}
	}

	private async simple(node: SimpleCommandNode): Promise<number> {
		this.substituted = 0;
		const words = await expandWords(node.name ? [node.name, ...node.args] : [], this);
		const [name, ...args] = words;
		if (name === undefined) {
			return this.redirected(node.redirections, async () => {
				await this.assign(node);
				return this.substituted;
			});
		}
		return this.call(name, args, node);
	}

	private async assign(node: SimpleCommandNode): Promise<void> {
		for (const { name, value } of node.assignments) this.state.set(name, value ? await expandText(value, this) : "");
	}

	private async call(name: string, args: string[], node: SimpleCommandNode): Promise<number> {
		const special = SPECIAL_BUILTINS[name];
		if (special) {
			await this.assign(node);
			// `exec` without a command keeps its redirections.
			if (name === "exec" && args.length === 0) {
				(await redirect(node.redirections, this.process, this)).keep();
				return 0;
			}
			return this.redirected(node.redirections, () => special(this, args), true);
		}
		const body = this.state.functions.get(name);
		if (body) return this.redirected(node.redirections, () => this.assignedFor(node, () => this.callFunction(body, args)));
		const builtin = BUILTINS[name];
		if (builtin) return this.redirected(node.redirections, () => this.assignedFor(node, () => this.callBuiltin(builtin, args)));
		return this.external(name, args, node);
	}

	private async callBuiltin(builtin: Builtin, args: string[]): Promise<number> {
		try {
			return await builtin(this, args);
		} catch (error) {
			if (error instanceof Leave || error instanceof Killed || error instanceof ShellSyntaxError) throw error;
			await this.complain(reason(error));
			return 1;
		}
	}

	/** Assignments before a command hold while it runs, and no longer. */
	private async assignedFor(node: SimpleCommandNode, work: () => Promise<number>): Promise<number> {
		if (node.assignments.length === 0) return work();
		const before = node.assignments.map(({ name }) => [name, this.state.variables.get(name)] as const);
		const saved = before.map(([name, variable]) => [name, variable ? { ...variable } : undefined] as const);
		for (const { name, value } of node.assignments) {
			this.state.variables.set(name, { value: value ? await expandText(value, this) : "", exported: true });
		}
		try {
			return await work();
		} finally {
			for (const [name, variable] of saved) {
				if (variable) this.state.variables.set(name, variable);
				else this.state.variables.delete(name);
			}
		}
	}

	private async callFunction(body: CompoundCommandNode, args: string[]): Promise<number> {
		const { positional } = this.state;
		this.state.positional = args;
		try {
			return await this.command(body);
		} catch (error) {
			if (error instanceof Leave && error.kind === "return") return error.value;
			throw error;
		} finally {
			this.state.positional = positional;
		}
	}

	async external(name: string, args: string[], node?: SimpleCommandNode): Promise<number> {
		const path = this.pathOf(name);
		const child = this.process.fork({ argv: [name, ...args], env: this.state.environment() });
		try {
			for (const { name: key, value } of node?.assignments ?? []) child.env.set(key, value ? await expandText(value, this) : "");
			try {
				if (node) (await redirect(node.redirections, child, this)).keep();
			} catch (error) {
				if (!(error instanceof RedirectionError)) throw error;
				await this.complain(error.message);
				return 2;
			}
			if (path === undefined) {
				await child.write(2, `${this.state.name}: 1: ${name}: not found\n`);
				return 127;
			}
			return await this.process.machine.execute(child, path);
		} catch (error) {
			if (error instanceof Killed) {
				this.process.scope.check();
				return 128 + error.signal;
			}
			throw error;
		} finally {
			child.end();
			this.process.scope.check();
		}
	}

	/** Where a command lies, by PATH; undefined where there is none. */
	pathOf(name: string): string | undefined {
		const { fs } = this.process.machine;
		const runs = (path: string) => {
			const inode = fs.find(path);
			return inode?.kind === "file" && (inode.mode & 0o111) !== 0;
		};
		if (name.includes("/")) return runs(this.process.resolve(name)) ? this.process.resolve(name) : undefined;
		for (const folder of (this.state.get("PATH") ?? "").split(":")) {
			const path = `${folder === "" ? this.process.cwd : folder}/${name}`;
			if (runs(path)) return path;
		}
		return undefined;
	}
}
