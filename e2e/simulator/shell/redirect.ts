import { Errno, reason } from "../kernel/errno.ts";
import { Fixed, type OpenFile } from "../kernel/open-file.ts";
import type { Process } from "../kernel/process.ts";
import { type Expansion, expandHereDoc, expandText } from "./expand.ts";
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

/** Makes redirections on `target`, one after the other. Throws RedirectionError, with none of them made. */
export async function redirect(nodes: readonly RedirectionNode[], target: Process, shell: Expansion): Promise<Redirected> {
	const before: { fd: number; file: OpenFile | undefined }[] = [];
	const undo = () => {
		for (const { fd, file } of before.reverse()) {
			if (file === undefined) target.close(fd);
			else {
				target.install(fd, file);
				file.release();
			}
		}
	};
	try {
		for (const node of nodes) {
			const { fd, file } = await open(node, target, shell);
			before.push({ fd, file: target.files.get(fd)?.acquire() });
			if (file === undefined) target.close(fd);
			else target.install(fd, file);
		}
	} catch (error) {
		undo();
		throw error;
	}
	return { undo, keep: () => releaseAll(before) };
}

function releaseAll(opened: readonly { file: OpenFile | undefined }[]): void {
	for (const { file } of opened) file?.release();
}

async function open(node: RedirectionNode, target: Process, shell: Expansion): Promise<Opened> {
	if (node.target.type === "HereDoc") {
		return { fd: node.fd ?? 0, file: new Fixed(Buffer.from(await expandHereDoc(node.target, shell), "latin1")) };
	}
	const word = await expandText(node.target, shell);
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
