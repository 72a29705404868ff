import type { Process } from "../kernel/process.ts";
import { hasPattern, patternSource } from "./pattern.ts";

/** The paths that a pattern matches, sorted; undefined where it is no pattern or matches nothing. */
export function globbed(pattern: string, process: Process): string[] | undefined {
	if (!hasPattern(pattern)) return undefined;
	const absolute = pattern.startsWith("/");
	const parts = pattern.split("/").filter((part, index) => part !== "" || index > 0);
	let found = [absolute ? "" : undefined];
	for (const part of parts) {
		const next: string[] = [];
		for (const base of found) next.push(...step(base, part, process));
		found = next;
		if (found.length === 0) return undefined;
	}
	const paths = found.filter((path): path is string => path !== undefined);
	return paths.length === 0 ? undefined : paths.sort();
}

function step(base: string | undefined, part: string, process: Process): string[] {
	const { fs } = process.machine;
	const join = (name: string) => (base === undefined ? name : `${base}/${name}`);
	if (!hasPattern(part)) {
		const path = join(part.replaceAll(/\\(.)/g, "$1"));
		return fs.find(process.resolve(path), false) === undefined ? [] : [path];
	}
	const folder = fs.find(base === undefined ? process.cwd : process.resolve(base === "" ? "/" : base));
	if (folder?.kind !== "folder") return [];
	const regexp = new RegExp(`^(?:${patternSource(part, { path: true })})$`);
	return folder.entries
		.names()
		.filter((name) => (part.startsWith(".") || !name.startsWith(".")) && regexp.test(name))
		.map(join);
}
