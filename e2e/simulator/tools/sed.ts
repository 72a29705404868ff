import { reason } from "../kernel/errno.ts";
import type { Program } from "../machine/program.ts";
import { posixRegExp } from "./regex.ts";

type Address = { kind: "line"; number: number } | { kind: "last" } | { kind: "match"; regexp: RegExp };
interface Substitution {
	kind: "s";
	regexp: RegExp;
	replacement: string;
	print: boolean;
}
type Action = { kind: "p" } | { kind: "d" } | { kind: "q" } | { kind: "=" } | Substitution;
interface Command {
	from: Address | undefined;
	to: Address | undefined;
	negated: boolean;
	action: Action;
	active: boolean;
}

/** Reads the commands that our scripts use: s, p, d, q, with lines, $ and /…/ as addresses. */
class Reader {
	private at = 0;

	constructor(
		private readonly text: string,
		private readonly kind: "basic" | "extended",
	) {}

	commands(): Command[] {
		const commands: Command[] = [];
		for (;;) {
			while (/[\s;]/.test(this.text.charAt(this.at))) this.at++;
			if (this.at >= this.text.length) return commands;
			commands.push(this.command());
		}
	}

	private command(): Command {
		const from = this.address();
		let to: Address | undefined;
		if (from && this.text.charAt(this.at) === ",") {
			this.at++;
			to = this.address();
		}
		while (this.text.charAt(this.at) === " ") this.at++;
		const negated = this.text.charAt(this.at) === "!";
		if (negated) this.at++;
		return { from, to, negated, action: this.action(), active: false };
	}

	private address(): Address | undefined {
		const char = this.text.charAt(this.at);
		if (char === "$") {
			this.at++;
			return { kind: "last" };
		}
		if (char === "/") {
			this.at++;
			return { kind: "match", regexp: posixRegExp(this.until("/"), this.kind) };
		}
		const number = /^\d+/.exec(this.text.slice(this.at));
		if (!number) return undefined;
		this.at += number[0].length;
		return { kind: "line", number: Number(number[0]) };
	}

	private action(): Action {
		const char = this.text.charAt(this.at++);
		if (char === "p" || char === "d" || char === "q" || char === "=") return { kind: char };
		if (char !== "s") throw new Error(`unknown command: \`${char}'`);
		const delimiter = this.text.charAt(this.at++);
		const pattern = this.until(delimiter);
		const replacement = this.until(delimiter, true);
		const flags = /^[gpI]*/.exec(this.text.slice(this.at))?.[0] ?? "";
		this.at += flags.length;
		const regexp = posixRegExp(pattern, this.kind, `${flags.includes("g") ? "g" : ""}${flags.includes("I") ? "i" : ""}`);
		return { kind: "s", regexp, replacement, print: flags.includes("p") };
	}

	/** Up to the delimiter; one within brackets or after a backslash does not count. */
	private until(delimiter: string, replacement = false): string {
		let text = "";
		let bracket = false;
		for (; this.at < this.text.length; this.at++) {
			const char = this.text.charAt(this.at);
			if (char === "\\" && !bracket) {
				const next = this.text.charAt(++this.at);
				text += next === delimiter && delimiter !== "\\" && !replacement ? next : `\\${next}`;
				continue;
			}
			if (char === delimiter && !bracket) {
				this.at++;
				return text;
			}
			if (!replacement && char === "[" && !bracket) bracket = true;
			else if (char === "]" && bracket && !/\[\^?$/.test(text) && !/\[:[a-z]*:?$/.test(text)) bracket = false;
			text += char;
		}
		throw new Error("unterminated command");
	}
}

function applies(command: Command, line: string, number: number, last: boolean): boolean {
	const hit = (address: Address) =>
		address.kind === "line" ? number === address.number : address.kind === "last" ? last : address.regexp.test(line);
	if (!command.from) return true;
	if (!command.to) return hit(command.from);
	if (command.active) {
		if (hit(command.to) || (command.to.kind === "line" && number >= command.to.number)) command.active = false;
		return true;
	}
	if (!hit(command.from)) return false;
	command.active = command.to.kind !== "line" || command.to.number > number;
	return true;
}

function replaced(line: string, action: Substitution): { text: string; changed: boolean } {
	let changed = false;
	const text = line.replace(action.regexp, (...found: unknown[]) => {
		changed = true;
		return action.replacement.replaceAll(/\\(.)|&/gs, (whole, char?: string) => {
			if (whole === "&") return String(found[0]);
			if (char !== undefined && /\d/.test(char)) return String(found[Number(char)] ?? "");
			return char === "n" ? "\n" : char === "t" ? "\t" : (char ?? "");
		});
	});
	return { text, changed };
}

function edited(text: string, commands: Command[], quiet: boolean): string {
	const open = text !== "" && !text.endsWith("\n");
	const lines = text === "" ? [] : (open ? text : text.slice(0, -1)).split("\n");
	const out: string[] = [];
	for (const [index, original] of lines.entries()) {
		let line = original;
		let deleted = false;
		let quit = false;
		for (const command of commands) {
			if (applies(command, line, index + 1, index === lines.length - 1) === command.negated) continue;
			const { action } = command;
			if (action.kind === "p") out.push(line);
			else if (action.kind === "=") out.push(String(index + 1));
			else if (action.kind === "q") quit = true;
			else if (action.kind === "d") {
				deleted = true;
				break;
			} else {
				const { text: next, changed } = replaced(line, action);
				line = next;
				if (changed && action.print) out.push(line);
			}
			if (quit) break;
		}
		if (!deleted && !quiet) out.push(line);
		if (quit) break;
	}
	if (out.length === 0) return "";
	return `${out.join("\n")}${open ? "" : "\n"}`;
}

export const sed: Program = async (call) => {
	let quiet = false;
	let kind: "basic" | "extended" = "basic";
	let inPlace = false;
	const scripts: string[] = [];
	const rest: string[] = [];
	for (let at = 0; at < call.args.length; at++) {
		const word = call.args[at] ?? "";
		if (word === "-n") quiet = true;
		else if (word === "-E" || word === "-r") kind = "extended";
		else if (word === "-i") inPlace = true;
		else if (word === "-e") scripts.push(call.args[++at] ?? "");
		else rest.push(word);
	}
	if (scripts.length === 0) scripts.push(rest.shift() ?? "");
	let status = 0;
	const inputs: { name: string; text: string }[] = [];
	for (const name of rest.length === 0 ? ["-"] : rest) {
		try {
			inputs.push({ name, text: (name === "-" ? await call.stdin() : call.process.readFile(name)).toString("latin1") });
		} catch (error) {
			await call.err(`sed: can't read ${name}: ${reason(error)}\n`);
			status = 2;
		}
	}
	const commands = () => new Reader(scripts.join("\n"), kind).commands();
	try {
		if (!inPlace) await call.out(edited(inputs.map(({ text }) => text).join(""), commands(), quiet));
		else {
			for (const { name, text } of inputs) {
				const file = call.machine.fs.openFile(call.process.resolve(name), { create: false });
				file.content.truncate();
				file.content.append(Buffer.from(edited(text, commands(), quiet), "latin1"));
				file.mtimeMs = Date.now();
			}
		}
	} catch (error) {
		if (error instanceof Error && error.name === "Killed") throw error;
		return call.fail(`-e expression #1, char 1: ${reason(error)}`, 1);
	}
	return status;
};
