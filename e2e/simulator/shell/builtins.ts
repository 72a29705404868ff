import { posix } from "node:path";
import { Errno } from "../kernel/errno.ts";
import { SIGNALS, signalNumber } from "../kernel/scope.ts";
import { pathOf, runExternal } from "./external.ts";
import type { Later } from "./later.ts";
import { formatted } from "./printf.ts";
import { readLine } from "./read-line.ts";
import type { Shell } from "./shell.ts";
import { Leave } from "./signals.ts";
import { ShellSyntaxError } from "./syntax.ts";
import { testWords } from "./test-command.ts";

export type Builtin = (shell: Shell, args: string[]) => Later<number>;

function statusWord(shell: Shell, args: readonly string[]): number {
	const [word] = args;
	if (word === undefined) return shell.state.status;
	if (!/^\d+$/.test(word)) throw new ShellSyntaxError(`Illegal number: ${word}`);
	return Number(word) & 255;
}

const leaving =
	(kind: "break" | "continue"): Builtin =>
	(_shell, args) => {
		throw new Leave(kind, Number(args[0] ?? 1));
	};

/** Their assignments stay, and an error in one ends the shell (POSIX 2.14). */
export const SPECIAL_BUILTINS: Readonly<Record<string, Builtin>> = {
	":": () => 0,
	break: leaving("break"),
	continue: leaving("continue"),
	exit: (shell, args) => {
		throw new Leave("exit", statusWord(shell, args));
	},
	return: (shell, args) => {
		throw new Leave("return", statusWord(shell, args));
	},
	eval: async (shell, args) => {
		shell.state.status = 0;
		await shell.evaluate(args.join(" "));
		return shell.state.status;
	},
	".": async (shell, args) => {
		const path = shell.process.resolve(args[0] ?? "");
		const text = shell.process.machine.fs.text(path);
		if (text === undefined) throw new ShellSyntaxError(`${args[0]}: not found`);
		await shell.evaluate(text);
		return shell.state.status;
	},
	exec: async (shell, args) => {
		const [name = "", ...rest] = args;
		const path = pathOf(shell, name);
		if (path === undefined) {
			await shell.complain(`${name}: not found`);
			throw new Leave("exit", 127);
		}
		shell.process.argv = [name, ...rest];
		shell.process.env = shell.state.environment();
		throw new Leave("exit", await shell.process.machine.execute(shell.process, path));
	},
	export: (shell, args) => {
		for (const word of args) {
			const at = word.indexOf("=");
			const name = at < 0 ? word : word.slice(0, at);
			if (at >= 0) shell.state.set(name, word.slice(at + 1));
			shell.state.export(name);
		}
		return 0;
	},
	readonly: () => 0,
	set: (shell, args) => {
		let at = 0;
		for (; at < args.length; at++) {
			const word = args[at] ?? "";
			if (word === "--") {
				shell.state.positional = args.slice(at + 1);
				return 0;
			}
			if (!/^[-+]./.test(word)) break;
			if (word === "-f") shell.state.noGlob = true;
			else if (word === "+f") shell.state.noGlob = false;
			else throw new ShellSyntaxError(`set: the simulator does not know ${word}`);
		}
		if (at < args.length) shell.state.positional = args.slice(at);
		return 0;
	},
	shift: (shell, args) => {
		const count = Number(args[0] ?? 1);
		if (count > shell.state.positional.length) throw new ShellSyntaxError("shift: can't shift that many");
		shell.state.positional = shell.state.positional.slice(count);
		return 0;
	},
	trap: (shell, args) => {
		const [action = "", ...signals] = args;
		for (const word of signals) {
			if (word === "EXIT" || word === "0") {
				shell.state.traps.set("EXIT", action);
				continue;
			}
			const number = signalNumber(word);
			if (number === undefined) throw new ShellSyntaxError(`trap: ${word}: bad trap`);
			if (action === "") shell.process.ignored.add(number);
			else shell.process.ignored.delete(number);
		}
		return 0;
	},
	unset: (shell, args) => {
		for (const name of args.filter((word) => !word.startsWith("-"))) shell.state.variables.delete(name);
		return 0;
	},
};

export const BUILTINS: Readonly<Record<string, Builtin>> = {
	true: () => 0,
	false: () => 1,
	echo: (shell, args) => {
		const bare = args[0] === "-n";
		return written(shell, formatted("%b", [(bare ? args.slice(1) : args).join(" ")]) + (bare ? "" : "\n"));
	},
	printf: (shell, args) => written(shell, formatted(args[0] ?? "", args.slice(1))),
	read: (shell, args) => readLine(shell, args),
	test: (shell, args) => verdict(() => testWords(args, shell.process), shell, "test"),
	"[": (shell, args) => {
		if (args.at(-1) !== "]") throw new ShellSyntaxError("[: missing ]");
		return verdict(() => testWords(args.slice(0, -1), shell.process), shell, "[");
	},
	cd: async (shell, args) => {
		const path = posix.normalize(shell.process.resolve(args[0] ?? "/root"));
		const inode = shell.process.machine.fs.find(path);
		if (inode?.kind !== "folder") {
			await shell.complain(`cd: can't cd to ${args[0]}`);
			return 2;
		}
		shell.process.cwd = path;
		shell.state.set("PWD", path);
		return 0;
	},
	pwd: async (shell) => {
		await shell.process.write(1, `${shell.process.cwd}\n`);
		return 0;
	},
	umask: async (shell, args) => {
		if (args[0] === undefined) await shell.process.write(1, `${shell.process.umask.toString(8).padStart(4, "0")}\n`);
		else shell.process.umask = Number.parseInt(args[0], 8);
		return 0;
	},
	kill: (shell, args) => kill(shell, args),
	wait: async (shell, args) => {
		if (args.length === 0) {
			await Promise.all(shell.background.values());
			return 0;
		}
		let status = 127;
		for (const word of args) status = (await shell.background.get(Number(word))) ?? 127;
		return status;
	},
	command: async (shell, args) => {
		if (args[0] !== "-v") return runExternal(shell, args[0] ?? "", args.slice(1));
		const name = args[1] ?? "";
		const own = name in BUILTINS || name in SPECIAL_BUILTINS || shell.state.functions.has(name);
		const path = own ? name : pathOf(shell, name);
		if (path === undefined) return 127;
		await shell.process.write(1, `${path}\n`);
		return 0;
	},
};

function written(shell: Shell, text: string): Later<number> {
	const writing = shell.process.write(1, text);
	return writing ? writing.then(() => 0) : 0;
}

function verdict(test: () => boolean, shell: Shell, name: string): Later<number> {
	try {
		return test() ? 0 : 1;
	} catch (error) {
		return shell.complain(`${name}: ${error instanceof Error ? error.message : ""}`).then(() => 2);
	}
}

async function kill(shell: Shell, args: readonly string[]): Promise<number> {
	let signal = SIGNALS["TERM"] ?? 15;
	let pids = [...args];
	const first = pids[0] ?? "";
	if (first === "-s") {
		signal = signalNumber(pids[1] ?? "") ?? signal;
		pids = pids.slice(2);
	} else if (/^-./.test(first)) {
		const number = signalNumber(first.slice(1));
		if (number === undefined) throw new Errno("EINVAL");
		signal = number;
		pids = pids.slice(1);
	}
	let status = 0;
	for (const word of pids) {
		const target = shell.process.machine.processes.get(Number(word));
		if (target) target.signal(signal);
		else {
			status = 1;
			await shell.complain("kill: No such process");
		}
	}
	shell.process.scope.check();
	return status;
}
