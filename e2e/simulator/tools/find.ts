import { Errno, reason } from "../kernel/errno.ts";
import type { Inode } from "../kernel/inode.ts";
import type { Invocation, Program } from "../machine/program.ts";
import { matches } from "../shell/pattern.ts";

interface Entry {
	path: string;
	name: string;
	inode: Inode;
	depth: number;
	pruned: boolean;
}
type Test = (entry: Entry) => boolean | Promise<boolean>;

/** One expression of find: -o between, -a or nothing beside, !, ( ), and the tests and actions that are used here. */
class Expression {
	private at = 0;
	acts = false;
	readonly collected = new Map<string[], string[]>();
	maxDepth = Number.POSITIVE_INFINITY;
	minDepth = 0;

	constructor(
		private readonly words: readonly string[],
		private readonly call: Invocation,
	) {}

	parse(): Test {
		const test = this.words.length === 0 ? () => true : this.or();
		return test;
	}

	private or(): Test {
		let left = this.and();
		while (this.words[this.at] === "-o") {
			this.at++;
			const [first, second] = [left, this.and()];
			left = async (entry) => (await first(entry)) || (await second(entry));
		}
		return left;
	}

	private and(): Test {
		let left = this.single();
		for (;;) {
			const word = this.words[this.at];
			if (word === undefined || word === "-o" || word === ")") return left;
			if (word === "-a") this.at++;
			const [first, second] = [left, this.single()];
			left = async (entry) => (await first(entry)) && (await second(entry));
		}
	}

	private next(): string {
		return this.words[this.at++] ?? "";
	}

	private single(): Test {
		const word = this.next();
		switch (word) {
			case "!": {
				const inner = this.single();
				return async (entry) => !(await inner(entry));
			}
			case "(": {
				const inner = this.or();
				this.at++;
				return inner;
			}
			case "-name": {
				const pattern = this.next();
				return ({ name }) => matches(pattern, name);
			}
			case "-path": {
				const pattern = this.next();
				return ({ path }) => matches(pattern, path);
			}
			case "-type": {
				const kind = { f: "file", d: "folder", l: "link", s: "socket" }[this.next()];
				return ({ inode }) => inode.kind === kind;
			}
			case "-mmin": {
				const [, sign = "", minutes = "0"] = /^([+-]?)(\d+)$/.exec(this.next()) ?? [];
				return ({ inode }) => {
					// GNU find counts begun minutes.
					const age = Math.ceil((Date.now() - inode.mtimeMs) / 60_000) - Number(minutes);
					return sign === "+" ? age > 0 : sign === "-" ? age < 0 : age === 0;
				};
			}
			case "-maxdepth":
				this.maxDepth = Number(this.next());
				return () => true;
			case "-mindepth":
				this.minDepth = Number(this.next());
				return () => true;
			case "-prune":
				return (entry) => {
					entry.pruned = true;
					return true;
				};
			case "-print":
				this.acts = true;
				return async ({ path }) => {
					await this.call.out(`${path}\n`);
					return true;
				};
			case "-exec":
				return this.exec();
			default:
				throw new Error(`unknown predicate \`${word}'`);
		}
	}

	private exec(): Test {
		this.acts = true;
		const words: string[] = [];
		for (;;) {
			const word = this.next();
			if (word === "" && this.at > this.words.length) throw new Error("missing argument to `-exec'");
			if (word === ";")
				return async ({ path }) =>
					(await run(
						this.call,
						words.map((each) => (each === "{}" ? path : each)),
					)) === 0;
			if (word === "+" && words.at(-1) === "{}") break;
			words.push(word);
		}
		const command = words.slice(0, -1);
		this.collected.set(command, []);
		return ({ path }) => {
			this.collected.get(command)?.push(path);
			return true;
		};
	}
}

async function run(call: Invocation, words: readonly string[]): Promise<number> {
	return call.machine.spawn(call.process, [...words]);
}

export const find: Program = async (call) => {
	const first = call.args.findIndex((word) => /^[-!(]/.test(word));
	const roots = first < 0 ? call.args : call.args.slice(0, first);
	const expression = new Expression(first < 0 ? [] : call.args.slice(first), call);
	let test: Test;
	try {
		test = expression.parse();
	} catch (error) {
		return call.fail(reason(error));
	}
	let status = 0;
	const visit = async (path: string, name: string, inode: Inode, depth: number): Promise<void> => {
		const entry: Entry = { path, name, inode, depth, pruned: false };
		if (depth >= expression.minDepth && (await test(entry)) && !expression.acts) await call.out(`${path}\n`);
		if (inode.kind !== "folder" || entry.pruned || depth >= expression.maxDepth) return;
		for (const inner of inode.entries.names()) {
			const child = inode.entries.get(inner);
			if (child) await visit(`${path === "/" ? "" : path}/${inner}`, inner, child, depth + 1);
		}
	};
	for (const root of roots.length === 0 ? ["."] : roots) {
		try {
			await visit(root, root.split("/").at(-1) ?? root, call.machine.fs.get(call.process.resolve(root), false), 0);
		} catch (error) {
			if (!(error instanceof Errno)) throw error;
			await call.err(`find: '${root}': ${reason(error)}\n`);
			status = 1;
		}
	}
	for (const [command, paths] of expression.collected) {
		if (paths.length > 0 && (await run(call, [...command, ...paths])) !== 0) status = 1;
	}
	return status;
};
