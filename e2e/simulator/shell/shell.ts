import { setImmediate } from "node:timers/promises";
import { reason } from "../kernel/errno.ts";
import { Capture, openPipe } from "../kernel/open-file.ts";
import type { Process } from "../kernel/process.ts";
import { Killed } from "../kernel/scope.ts";
import { BUILTINS, type Builtin, SPECIAL_BUILTINS } from "./builtins.ts";
import { type Expansion, expandPattern, expandText, expandWords } from "./expand.ts";
import { isLater, type Later } from "./later.ts";
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
	type WordNode,
} from "./syntax.ts";

const COMMANDS_IN_A_ROW = 1024;

const NEWLINE = 10;

type PipelineNode = StatementNode["pipelines"][number];

/**
 * A POSIX shell as dash is one: commands run one after the other, the parts of a pipe at the same time, output leaves as it is
 * made. Text is bytes as characters. What need not wait for anything does not: most commands are builtins, and a promise for each
 * costs more than the command.
 */
export class Shell implements Expansion {
	/** Status of the last `$(…)`, which is that of a command without a name. */
	private substituted = 0;
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
	private toEnd(work: () => Later<void>): Later<number> {
		let working: Later<void>;
		try {
			working = work();
		} catch (error) {
			return this.endedBy(error);
		}
		if (isLater(working)) return this.toLaterEnd(working);
		return this.state.traps.has("EXIT") ? this.trapped() : this.state.status;
	}

	private async toLaterEnd(working: Promise<void>): Promise<number> {
		try {
			await working;
		} catch (error) {
			return this.endedBy(error);
		}
		return this.trapped();
	}

	private async endedBy(error: unknown): Promise<number> {
		this.state.status = await this.statusOf(error);
		return this.trapped();
	}

	private async trapped(): Promise<number> {
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
		for (let at = 0; at < nodes.length; at++) {
			const working = this.statement(nodes[at] as StatementNode);
			if (isLater(working)) return this.statementsAfter(working, nodes, at + 1);
		}
	}

	private async statementsAfter(working: Promise<void>, nodes: readonly StatementNode[], from: number): Promise<void> {
		await working;
		for (let at = from; at < nodes.length; at++) {
			const next = this.statement(nodes[at] as StatementNode);
			if (isLater(next)) await next;
		}
	}

	private statement(node: StatementNode): Later<void> {
		if (node.deferredError) throw new ShellSyntaxError(node.deferredError.message);
		if (node.background) {
			const child = this.fork();
			this.state.lastBackground = child.process.pid;
			const ended = child.inChild(async () => {
				// The shell that begins it goes on first.
				await Promise.resolve();
				return child.andOr(node);
			});
			this.background.set(child.process.pid, Promise.resolve(ended));
			this.state.status = 0;
			return;
		}
		return this.andOr(node);
	}

	private andOr(node: StatementNode, from = 0): Later<void> {
		const { pipelines, operators } = node;
		for (let at = from; at < pipelines.length; at++) {
			const operator = at === 0 ? ";" : (operators[at - 1] ?? ";");
			if (operator === "&&" ? this.state.status !== 0 : operator === "||" && this.state.status === 0) continue;
			const working = this.pipeline(pipelines[at] as PipelineNode);
			if (isLater(working)) return this.andOrAfter(working, node, at + 1);
		}
	}

	private async andOrAfter(working: Promise<void>, node: StatementNode, from: number): Promise<void> {
		await working;
		await this.andOr(node, from);
	}

	private pipeline(node: PipelineNode): Later<void> {
		const only = node.commands.length === 1 ? node.commands[0] : undefined;
		const working = only ? this.command(only) : this.piped(node.commands);
		if (isLater(working)) return this.pipelineAfter(working, node);
		this.state.status = node.negated ? Number(working === 0) : working;
	}

	private async pipelineAfter(working: Promise<number>, node: PipelineNode): Promise<void> {
		const status = await working;
		this.state.status = node.negated ? Number(status === 0) : status;
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
	inChild(work: () => Later<void>): Later<number> {
		let ended: Later<number>;
		try {
			ended = this.toEnd(work);
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
		if (node.type === "SimpleCommand") return this.simple(node);
		if (node.type === "FunctionDef") {
			this.state.define(node.name, node.body);
			return 0;
		}
		return this.redirected(node.redirections, () => this.compound(node));
	}

	/** A command between redirections of this shell's own descriptors. */
	private redirected(nodes: readonly RedirectionNode[], work: () => Later<number>, special = false): Later<number> {
		return nodes.length === 0 ? work() : this.withRedirections(nodes, work, special);
	}

	private withRedirections(nodes: readonly RedirectionNode[], work: () => Later<number>, special: boolean): Later<number> {
		const failed = (error: unknown) => {
			// The redirection of a special builtin that fails ends the shell (POSIX 2.8.1).
			if (!(error instanceof RedirectionError) || special) throw error;
			return this.complain(error.message).then(() => 2);
		};
		let made: Later<Redirected>;
		try {
			made = redirect(nodes, this.process, this);
		} catch (error) {
			return failed(error);
		}
		if (isLater(made)) return made.then((redirected) => this.within(redirected, work), failed);
		return this.within(made, work);
	}

	private within(made: Redirected, work: () => Later<number>): Later<number> {
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

	private compound(node: CompoundCommandNode): Later<number> {
		switch (node.type) {
			case "Group":
				this.state.status = 0;
				return this.statusAfter(this.statements(node.body));
			case "Subshell": {
				const child = this.fork();
				return child.inChild(() => child.statements(node.body));
			}
			case "If":
				return this.branch(node, 0);
			case "For":
				return this.each(node);
			case "While":
			case "Until":
				return this.loop(node);
			case "Case": {
				const word = expandText(node.word, this);
				return isLater(word) ? word.then((text) => this.cases(node, text)) : this.cases(node, word);
			}
			default:
				throw new ShellSyntaxError(`${node.type} is not POSIX`);
		}
	}

	private statusAfter(working: Later<void>): Later<number> {
		return isLater(working) ? working.then(() => this.state.status) : this.state.status;
	}

	private branch(node: Extract<CompoundCommandNode, { type: "If" }>, from: number): Later<number> {
		for (let at = from; at < node.clauses.length; at++) {
			const { condition, body } = node.clauses[at] as (typeof node.clauses)[number];
			const working = this.statements(condition);
			if (isLater(working))
				return working.then(() => (this.state.status === 0 ? this.statusAfter(this.statements(body)) : this.branch(node, at + 1)));
			if (this.state.status === 0) return this.statusAfter(this.statements(body));
		}
		this.state.status = 0;
		return node.elseBody ? this.statusAfter(this.statements(node.elseBody)) : 0;
	}

	private cases(node: Extract<CompoundCommandNode, { type: "Case" }>, word: string, from = 0): Later<number> {
		for (let at = from; at < node.items.length; at++) {
			const { patterns, body } = node.items[at] as (typeof node.items)[number];
			const found = this.matchesAny(patterns, word);
			if (isLater(found)) return found.then((does) => (does ? this.chosen(body) : this.cases(node, word, at + 1)));
			if (found) return this.chosen(body);
		}
		return 0;
	}

	private chosen(body: readonly StatementNode[]): Later<number> {
		this.state.status = 0;
		return this.statusAfter(this.statements(body));
	}

	private matchesAny(patterns: readonly WordNode[], word: string, from = 0): Later<boolean> {
		for (let at = from; at < patterns.length; at++) {
			const pattern = expandPattern(patterns[at] as WordNode, this);
			if (isLater(pattern)) return pattern.then((made) => matches(made, word) || this.matchesAny(patterns, word, at + 1));
			if (matches(pattern, word)) return true;
		}
		return false;
	}

	private each(node: Extract<CompoundCommandNode, { type: "For" }>): Later<number> {
		const values = node.words === null ? [...this.state.positional] : expandWords(node.words, this);
		return isLater(values) ? values.then((come) => this.eachOf(node, come)) : this.eachOf(node, values);
	}

	private eachOf(node: Extract<CompoundCommandNode, { type: "For" }>, values: readonly string[]): Later<number> {
		this.state.status = 0;
		for (let at = 0; at < values.length; at++) {
			this.state.set(node.variable, values[at] as string);
			const turned = this.turn(() => this.statements(node.body));
			if (isLater(turned)) return this.eachAfter(turned, node, values, at + 1);
			if (!turned) break;
		}
		return this.state.status;
	}

	private async eachAfter(
		turned: Promise<boolean>,
		node: Extract<CompoundCommandNode, { type: "For" }>,
		values: readonly string[],
		from: number,
	): Promise<number> {
		let going = await turned;
		for (let at = from; going && at < values.length; at++) {
			this.state.set(node.variable, values[at] as string);
			going = await this.turn(() => this.statements(node.body));
		}
		return this.state.status;
	}

	private loop(node: Extract<CompoundCommandNode, { type: "While" | "Until" }>): Later<number> {
		let status = 0;
		let going = true;
		const done = () => {
			status = this.state.status;
		};
		const body = () => {
			if ((this.state.status === 0) === (node.type === "Until")) {
				going = false;
				return;
			}
			const working = this.statements(node.body);
			if (isLater(working)) return working.then(done);
			done();
		};
		const once = () => {
			const condition = this.statements(node.condition);
			return isLater(condition) ? condition.then(body) : body();
		};
		const after = async (first: Promise<boolean>) => {
			for (let turned = await first; turned && going; ) turned = await this.turn(once);
			return status;
		};
		while (going) {
			const turned = this.turn(once);
			if (isLater(turned)) return after(turned);
			if (!turned) break;
		}
		return status;
	}

	/** One turn of a loop; false where the loop is over. */
	private turn(work: () => Later<void>): Later<boolean> {
		try {
			const working = work();
			return isLater(working) ? working.then(() => true, goesOn) : true;
		} catch (error) {
			return goesOn(error);
		}
	}

	private simple(node: SimpleCommandNode): Later<number> {
		this.substituted = 0;
		const words = node.name ? expandWords([node.name, ...node.args], this) : [];
		return isLater(words) ? words.then((expanded) => this.called(expanded, node)) : this.called(words, node);
	}

	private called(words: string[], node: SimpleCommandNode): Later<number> {
		const [name] = words;
		if (name !== undefined) return this.call(name, words.slice(1), node);
		return this.redirected(node.redirections, () => {
			const assigned = this.assign(node);
			return isLater(assigned) ? assigned.then(() => this.substituted) : this.substituted;
		});
	}

	private assign(node: SimpleCommandNode, from = 0): Later<void> {
		for (let at = from; at < node.assignments.length; at++) {
			const { name, value } = node.assignments[at] as (typeof node.assignments)[number];
			const text = value ? expandText(value, this) : "";
			if (isLater(text))
				return text.then((expanded) => {
					this.state.set(name, expanded);
					return this.assign(node, at + 1);
				});
			this.state.set(name, text);
		}
	}

	private call(name: string, args: string[], node: SimpleCommandNode): Later<number> {
		const special = own(SPECIAL_BUILTINS, name);
		if (special) {
			const assigned = this.assign(node);
			const next = () => this.callSpecial(special, name, args, node);
			return isLater(assigned) ? assigned.then(next) : next();
		}
		const body = this.state.functions.get(name);
		if (body) return this.redirected(node.redirections, () => this.assignedFor(node, () => this.callFunction(body, args)));
		const builtin = own(BUILTINS, name);
		if (builtin) return this.redirected(node.redirections, () => this.assignedFor(node, () => this.callBuiltin(builtin, args)));
		return this.external(name, args, node);
	}

	private callSpecial(special: Builtin, name: string, args: string[], node: SimpleCommandNode): Later<number> {
		// `exec` without a command keeps its redirections.
		if (name === "exec" && args.length === 0) return this.keepRedirections(node);
		return this.redirected(node.redirections, () => special(this, args), true);
	}

	private async keepRedirections(node: SimpleCommandNode): Promise<number> {
		(await redirect(node.redirections, this.process, this)).keep();
		return 0;
	}

	private callBuiltin(builtin: Builtin, args: string[]): Later<number> {
		const failed = (error: unknown) => {
			if (error instanceof Leave || error instanceof Killed || error instanceof ShellSyntaxError) throw error;
			return this.complain(reason(error)).then(() => 1);
		};
		try {
			const status = builtin(this, args);
			return isLater(status) ? status.catch(failed) : status;
		} catch (error) {
			return failed(error);
		}
	}

	/** Assignments before a command hold while it runs, and no longer. */
	private assignedFor(node: SimpleCommandNode, work: () => Later<number>): Later<number> {
		return node.assignments.length === 0 ? work() : this.withAssignments(node, work);
	}

	private withAssignments(node: SimpleCommandNode, work: () => Later<number>, from = 0): Later<number> {
		const { variables } = this.state;
		const { name, value } = node.assignments[from] as (typeof node.assignments)[number];
		const text = value ? expandText(value, this) : "";
		const assigned = (expanded: string): Later<number> => {
			const before = variables.get(name);
			const back = () => {
				if (before) variables.set(name, before);
				else variables.delete(name);
			};
			variables.set(name, { value: expanded, exported: true });
			let working: Later<number>;
			try {
				working = from + 1 < node.assignments.length ? this.withAssignments(node, work, from + 1) : work();
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

	private callFunction(body: CompoundCommandNode, args: string[]): Later<number> {
		const { positional } = this.state;
		const over = (error: unknown) => {
			this.state.positional = positional;
			if (error instanceof Leave && error.kind === "return") return error.value;
			throw error;
		};
		this.state.positional = args;
		try {
			const status = this.command(body);
			if (!isLater(status)) {
				this.state.positional = positional;
				return status;
			}
			return status.then((ended) => {
				this.state.positional = positional;
				return ended;
			}, over);
		} catch (error) {
			return over(error);
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

/** Whether a loop goes on after what its turn threw; throws what is meant for somebody else. */
function goesOn(error: unknown): boolean {
	if (!(error instanceof Leave) || (error.kind !== "break" && error.kind !== "continue")) throw error;
	if (error.value > 1) throw new Leave(error.kind, error.value - 1);
	return error.kind === "continue";
}

function own(builtins: Readonly<Record<string, Builtin>>, name: string): Builtin | undefined {
	return Object.hasOwn(builtins, name) ? builtins[name] : undefined;
}
