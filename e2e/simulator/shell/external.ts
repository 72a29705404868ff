import { Killed } from "../kernel/scope.ts";
import { expandText } from "./expand.ts";
import { RedirectionError, redirect } from "./redirect.ts";
import type { Shell } from "./shell.ts";
import type { SimpleCommandNode } from "./syntax.ts";

/** A program in a process of its own. Gives its status, 128 and the signal where one ended it. */
export async function runExternal(shell: Shell, name: string, args: string[], node?: SimpleCommandNode): Promise<number> {
	const path = pathOf(shell, name);
	const child = shell.process.fork({ argv: [name, ...args], env: shell.state.environment() });
	try {
		for (const { name: key, value } of node?.assignments ?? []) child.env.set(key, value ? await expandText(value, shell) : "");
		try {
			if (node) (await redirect(node.redirections, child, shell)).keep();
		} catch (error) {
			if (!(error instanceof RedirectionError)) throw error;
			await shell.complain(error.message);
			return 2;
		}
		if (path === undefined) {
			await child.write(2, `${shell.state.name}: 1: ${name}: not found\n`);
			return 127;
		}
		return await shell.process.machine.execute(child, path);
	} catch (error) {
		if (error instanceof Killed) {
			shell.process.scope.check();
			return 128 + error.signal;
		}
		throw error;
	} finally {
		child.end();
		shell.process.scope.check();
	}
}

/** Where a command lies, by PATH; undefined where there is none. */
export function pathOf(shell: Shell, name: string): string | undefined {
	const { fs } = shell.process.machine;
	const runs = (path: string) => {
		const inode = fs.find(path);
		return inode?.kind === "file" && (inode.mode & 0o111) !== 0;
	};
	if (name.includes("/")) return runs(shell.process.resolve(name)) ? shell.process.resolve(name) : undefined;
	for (const folder of (shell.state.get("PATH") ?? "").split(":")) {
		const path = `${folder === "" ? shell.process.cwd : folder}/${name}`;
		if (runs(path)) return path;
	}
	return undefined;
}
