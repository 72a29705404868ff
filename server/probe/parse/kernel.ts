import type { Facts, SysctlFact } from "../../../lib/contracts/facts.ts";
import { KERNEL_MODULES, SYSCTL_FOLDERS, SYSCTLS } from "../commands.ts";
import type { Records } from "./records.ts";

/** "path:line" pairs of a grep; folders and file names of systemd's have no colon. */
function hits(records: Records, key: string): { path: string; line: string }[] {
	return records.lines(key).flatMap((line) => {
		const cut = line.indexOf(":");
		return cut < 0 ? [] : [{ path: line.slice(0, cut), line: line.slice(cut + 1) }];
	});
}

/** Where a file stands among all that are read at boot: by its name alone; sysctl.conf is read last where the system reads it at all. */
function order(path: string): string {
	return path === "/etc/sysctl.conf" ? "99-sysctl.conf" : path.slice(path.lastIndexOf("/") + 1);
}

function rank(path: string): number {
	const at = SYSCTL_FOLDERS.findIndex((folder) => path.startsWith(`${folder}/`));
	return at < 0 ? 0 : at;
}

function keptSysctls(records: Records): Map<string, { value: string; path: string }> {
	const found = hits(records, "sysctls.kept").flatMap(({ path, line }) => {
		const match = /^\s*-?\s*(\S+?)\s*=\s*(.*?)\s*$/.exec(line);
		return match?.[1] ? [{ name: match[1].replaceAll("/", "."), value: match[2] ?? "", path }] : [];
	});
	const best = new Map<string, number>();
	for (const { path } of found) best.set(order(path), Math.min(best.get(order(path)) ?? Number.POSITIVE_INFINITY, rank(path)));
	const counted = found.filter(({ path }) => rank(path) === best.get(order(path)));
	const read = counted.toSorted((one, other) => (order(one.path) < order(other.path) ? -1 : order(one.path) > order(other.path) ? 1 : 0));
	return new Map(read.map(({ name, value, path }) => [name, { value, path }]));
}

/** The kernel's switches for pods' traffic; undefined where the probe did not ask. */
export function readSysctls(records: Records): SysctlFact[] | undefined {
	if (!records.has("sysctls")) return undefined;
	const now = new Map(
		hits(records, "sysctls").map(({ path, line }) => [path.slice("/proc/sys/".length).replaceAll("/", "."), line.trim()]),
	);
	const kept = keptSysctls(records);
	return SYSCTLS.map((name) => ({ name, value: now.get(name) ?? null, kept: kept.get(name) ?? null }));
}

/** The kernel's modules for pods' traffic and layers; undefined where the probe did not ask. */
export function readModules(records: Records): Facts["host"]["modules"] {
	if (!records.has("modules.there")) return undefined;
	const loaded = new Set(records.lines("modules").map((line) => line.split(" ")[0]));
	const there = new Set(records.lines("modules.there"));
	const kept = new Map(hits(records, "modules.kept").map(({ path, line }) => [line.trim(), path]));
	return KERNEL_MODULES.map((name) => ({
		name,
		state: loaded.has(name) ? "loaded" : there.has(name) ? "built-in" : "absent",
		keptIn: kept.get(name) ?? null,
	}));
}
