import type { FileSystem } from "../kernel/file-system.ts";
import type { Profile } from "../machine/profile.ts";

/** One unit as its files say, drop-ins merged: an empty value takes back what stood before. */
export interface UnitDefinition {
	name: string;
	loadState: "loaded" | "not-found" | "masked";
	fragmentPath: string;
	dropInPaths: string[];
	/** Section.Key → values in their order. */
	values: ReadonlyMap<string, readonly string[]>;
	/** Changes when a file that it was read from does. */
	signature: string;
}

export function valuesOf(unit: UnitDefinition, key: string): readonly string[] {
	return unit.values.get(key) ?? [];
}

export function lastValue(unit: UnitDefinition, key: string): string | undefined {
	return unit.values.get(key)?.at(-1);
}

/** Blank-separated words of a key that may stand several times. */
export function wordsOf(unit: UnitDefinition, key: string): string[] {
	return valuesOf(unit, key).flatMap((value) => value.split(/\s+/).filter(Boolean));
}

function merge(values: Map<string, string[]>, text: string): void {
	let section = "";
	const lines = text.replaceAll(/\\\n/g, " ").split("\n");
	for (const raw of lines) {
		const line = raw.trim();
		if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
		const heading = /^\[(.+)\]$/.exec(line);
		if (heading) {
			section = heading[1] ?? "";
			continue;
		}
		const at = line.indexOf("=");
		if (at < 0) continue;
		const key = `${section}.${line.slice(0, at).trim()}`;
		const value = line.slice(at + 1).trim();
		if (value === "") values.set(key, []);
		else values.set(key, [...(values.get(key) ?? []), value]);
	}
}

function signatureOf(fs: FileSystem, paths: readonly string[]): string {
	return paths
		.map((path) => {
			const inode = fs.find(path);
			return `${path} ${inode?.ino} ${inode?.mtimeMs}`;
		})
		.join("\n");
}

/** Reads a unit as the manager would now. */
export function readUnit(fs: FileSystem, profile: Profile, name: string): UnitDefinition {
	const folders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", profile.unitFolder];
	const dropIns = new Map<string, string>();
	for (const folder of [...folders].reverse()) {
		const inode = fs.find(`${folder}/${name}.d`);
		if (inode?.kind !== "folder") continue;
		for (const file of inode.entries.names()) if (file.endsWith(".conf")) dropIns.set(file, `${folder}/${name}.d/${file}`);
	}
	const dropInPaths = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
	const fragmentPath = folders.map((folder) => `${folder}/${name}`).find((path) => fs.find(path, false) !== undefined);
	const none = { name, fragmentPath: "", dropInPaths: [], values: new Map(), signature: "" };
	if (fragmentPath === undefined) return { ...none, loadState: "not-found" };
	const link = fs.find(fragmentPath, false);
	if (link?.kind === "link" && link.target === "/dev/null") return { ...none, fragmentPath, loadState: "masked" };
	const text = fs.text(fragmentPath);
	if (text === undefined) return { ...none, loadState: "not-found" };
	const values = new Map<string, string[]>();
	for (const path of [fragmentPath, ...dropInPaths]) merge(values, fs.text(path) ?? "");
	return { name, loadState: "loaded", fragmentPath, dropInPaths, values, signature: signatureOf(fs, [fragmentPath, ...dropInPaths]) };
}

/** `30`, `500ms`, `2min 10s` as seconds. */
export function seconds(text: string): number {
	if (text === "infinity") return Number.POSITIVE_INFINITY;
	let total = 0;
	for (const [, number = "0", unit = ""] of text.matchAll(/([\d.]+)\s*([a-z]*)/g)) {
		const factor = { ms: 0.001, us: 0.000_001, min: 60, m: 60, h: 3600, hr: 3600, d: 86_400 }[unit] ?? 1;
		total += Number(number) * factor;
	}
	return total;
}
