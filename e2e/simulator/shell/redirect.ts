import { Errno, reason } from "../kernel/errno.ts";
import { Fixed, type OpenFile } from "../kernel/open-file.ts";
import type { Process } from "../kernel/process.ts";
import { type Expansion, expandHereDoc, expandText } from "./expand.ts";
import { isLater, type Later } from "./later.ts";
import { type RedirectionNode, ShellSyntaxError } from "./syntax.ts";

/** A redirection that could not be made; the message is dash's. */
export class RedirectionError extends Error {
	override readonly name = "RedirectionError";
}

interface Opened {
	fd: number;
	/** Undefined closes the descriptor. */
	file: OpenFile | undefined;
}

/** What to do with redirections once they are made: take them back, or leave them for good as `exec` does. */
export interface Redirected {
	undo(): void;
	keep(): void;
}

interface Before {
	fd: number;
	file: OpenFile | undefined;
}

/** Makes redirections on `target`, one after the other. Throws RedirectionError, with none of them made. */
export function redirect(nodes: readonly RedirectionNode[], target: Process, shell: Expansion): Later<Redirected> {
	return redirectFrom(nodes, target, shell, 0, []);
}

function redirectFrom(
	nodes: readonly RedirectionNode[],
	target: Process,
	shell: Expansion,
	from: number,
	before: Before[],
): Later<Redirected> {
	const undo = () => {
		for (const { fd, file } of before.reverse()) {
			if (file === undefined) target.close(fd);
			else {
				target.install(fd, file);
				file.release();
			}
		}
	};
	const failed = (error: unknown) => {
		undo();
		throw error;
	};
	const put = ({ fd, file }: Opened) => {
		before.push({ fd, file: target.files.get(fd)?.acquire() });
		if (file === undefined) target.close(fd);
		else target.install(fd, file);
	};
	for (let at = from; at < nodes.length; at++) {
		let opened: Later<Opened>;
		try {
			opened = open(nodes[at] as RedirectionNode, target, shell);
		} catch (error) {
			return failed(error);
		}
		if (isLater(opened)) {
			return opened.then((come) => {
				put(come);
				return redirectFrom(nodes, target, shell, at + 1, before);
			}, failed);
		}
		put(opened);
	}
	return { undo, keep: () => releaseAll(before) };
}

function releaseAll(opened: readonly { file: OpenFile | undefined }[]): void {
	for (const { file } of opened) file?.release();
}

function open(node: RedirectionNode, target: Process, shell: Expansion): Later<Opened> {
	if (node.target.type === "HereDoc") {
		const fd = node.fd ?? 0;
		const fixed = (text: string) => ({ fd, file: new Fixed(Buffer.from(text, "latin1")) });
		const text = expandHereDoc(node.target, shell);
		return isLater(text) ? text.then(fixed) : fixed(text);
	}
	const word = expandText(node.target, shell);
	return isLater(word) ? word.then((text) => openWord(node, text, target)) : openWord(node, word, target);
}

function openWord(node: RedirectionNode, word: string, target: Process): Opened {
	switch (node.operator) {
		case "<":
			return { fd: node.fd ?? 0, file: openPath(target, word, "read") };
		case ">":
		case ">|":
			return { fd: node.fd ?? 1, file: openPath(target, word, "write") };
		case ">>":
			return { fd: node.fd ?? 1, file: openPath(target, word, "append") };
		case "<>":
			return { fd: node.fd ?? 0, file: openPath(target, word, "both") };
		case ">&":
		case "<&": {
			const fd = node.fd ?? (node.operator === ">&" ? 1 : 0);
			if (word === "-") return { fd, file: undefined };
			if (!/^\d+$/.test(word)) throw new ShellSyntaxError("Bad fd number");
			const file = target.files.get(Number(word));
			if (file === undefined) throw new RedirectionError(`${word}: ${new Errno("EBADF").message}`);
			return { fd, file };
		}
		default:
			throw new ShellSyntaxError(`redirection ${node.operator} is not POSIX`);
	}
}

function openPath(target: Process, path: string, how: "read" | "write" | "append" | "both"): OpenFile {
	try {
		return target.open(path, how);
	} catch (error) {
		const missing = error instanceof Errno && error.code === "ENOENT";
		const verb = how === "read" ? "open" : "create";
		// dash's own words for what is missing.
		const why = missing ? (how === "read" ? "No such file" : "Directory nonexistent") : reason(error);
		throw new RedirectionError(`cannot ${verb} ${path}: ${why}`);
	}
}
