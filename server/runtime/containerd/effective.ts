import { parseToml, type TomlData, valueAt } from "../toml/parse.ts";
import type { TomlPath } from "../toml/types.ts";
import { CRI_IMAGES, criNames } from "./names.ts";
import { configVersionOf } from "./plan.ts";

/** What a daemon's own reading of its files says of the CRI plugin, imports and conf.d merged. */
export interface EffectiveCri {
	snapshotter: string;
	defaultRuntime: string;
	/** Names of the runtimes that pods may ask for. */
	runtimes: string[];
	/** Where registries are set up: a folder of hosts.toml, tables of the file itself, or nowhere. */
	registries: { kind: "folder"; path: string } | { kind: "inline"; hosts: string[] } | { kind: "none" };
}

/** Reads `containerd config dump`. Null where it is of version 1, whose tables the daemon passes over. Throws `toml.*`, `containerd.config.version`. */
export function effectiveCri(dumpText: string): EffectiveCri | null {
	const dump = parseToml(dumpText);
	const version = configVersionOf(dump);
	if (version === 1) return null;
	const names = criNames(version);
	const text = (path: TomlPath) => {
		const value = valueAt(dump, path);
		return typeof value === "string" ? value : "";
	};
	const folder = text([...names.registry, "config_path"]);
	const hosts = keysOf(valueAt(dump, [...names.registry, "mirrors"]));
	return {
		snapshotter: text(version === 2 ? [...names.containerd, "snapshotter"] : ["plugins", CRI_IMAGES, "snapshotter"]),
		defaultRuntime: text([...names.containerd, "default_runtime_name"]),
		runtimes: keysOf(valueAt(dump, [...names.containerd, "runtimes"])),
		registries: folder !== "" ? { kind: "folder", path: folder } : hosts.length > 0 ? { kind: "inline", hosts } : { kind: "none" },
	};
}

function keysOf(value: TomlData | undefined): string[] {
	return value instanceof Map ? [...value.keys()].sort() : [];
}
