import { type TomlTable, valueAt } from "../toml/parse.ts";
import type { TomlPath } from "../toml/types.ts";

export const DEFAULT_RUNTIME = "runc";
export const RUNC_V2 = "io.containerd.runc.v2";

/** Names of the runtimes that runc's shims serve, and that therefore know `SystemdCgroup`; gVisor and Kata are none of them. */
export function runcClasses(data: TomlTable, runtimes: TomlPath): string[] {
	const table = valueAt(data, runtimes);
	if (!(table instanceof Map)) return [];
	return [...table].flatMap(([name, runtime]) => {
		const type = runtime instanceof Map ? runtime.get("runtime_type") : undefined;
		return type === RUNC_V2 || type === "io.containerd.runc.v1" ? [name] : [];
	});
}

/**
 * The path of runc's cgroup option as the file spells it: containerd reads option names without regard to case, and Kubespray writes
 * `systemdCgroup`. A second spelling beside it would leave open which of the two counts.
 */
export function systemdCgroupPath(data: TomlTable, runtimes: TomlPath, name: string): TomlPath {
	const options = [...runtimes, name, "options"];
	const table = valueAt(data, options);
	const spelled = table instanceof Map ? [...table.keys()].find((key) => key.toLowerCase() === "systemdcgroup") : undefined;
	return [...options, spelled ?? "SystemdCgroup"];
}
