import { RuntimeError } from "../errors.ts";
import { editToml } from "../toml/edit.ts";
import { parseToml, type TomlTable, valueAt } from "../toml/parse.ts";
import { showPath } from "../toml/spelling.ts";
import type { TomlEdit, TomlPath } from "../toml/types.ts";
import { isAtLeast, parseVersion, type Version } from "../versions.ts";
import { CRI_DISABLED_IDS, type CriNames, criNames, isLongName, longName } from "./names.ts";
import { inlineRegistryEdits } from "./registries.ts";
import { DEFAULT_RUNTIME, RUNC_V2, runcClasses, systemdCgroupPath } from "./runtimes.ts";
import type { ContainerdConfigPlan, ContainerdNote, ContainerdSettings } from "./types.ts";

/**
 * The containerd file that the settings ask for, in the tables its own version knows. `text` null = the file is absent.
 * A version 1 file becomes version 2, the one format that every containerd from 1.3 on reads; versions 2, 3 and 4 stay what they are.
 * Throws `toml.*`, `containerd.config.newer` (file newer than the daemon: fatal there), `containerd.config.version`,
 * `containerd.config.daemon` (older than 1.3), `containerd.config.names` (short plugin names without a known long one, or both at once),
 * `containerd.config.runc-v1-only` (settings that runc.v2 refuses), `containerd.config.cni-dirs` (several folders, and a daemon that takes one).
 */
export function planContainerdConfig(input: {
	readonly text: string | null;
	/** As `containerd --version` prints it. */
	readonly daemonVersion: string;
	readonly settings: ContainerdSettings;
}): ContainerdConfigPlan {
	const daemon = parseVersion(input.daemonVersion);
	if (!isAtLeast(daemon, 1, 3)) throw new RuntimeError("containerd.config.daemon", { version: input.daemonVersion });
	const before = input.text ?? "";
	const original = parseToml(before);
	const configVersion = plannedVersion(original, daemon);
	const upgrade = configVersion === 2 ? longNameEdits(original) : [];
	if (configVersion > 2) refuseShortNames(original);
	const header: TomlEdit[] = [...enableCri(original), ...upgrade];
	if (original.get("version") !== configVersion) header.push({ op: "set", path: ["version"], value: configVersion });
	const base = parseToml(applyHeader(before, header));
	const names = criNames(configVersion);
	const edits = [...header, ...settingEdits(base, names, configVersion, daemon, input.settings)];
	const { text, changes } = editToml(before, edits);
	return {
		text,
		configVersion,
		intended: changes.map(({ key, from, to }) => ({ key, from, to })),
		notes: notesOf(original, base, names),
	};
}

function applyHeader(text: string, edits: readonly TomlEdit[]): string {
	try {
		return editToml(text, edits).text;
	} catch (error) {
		const clash = error instanceof RuntimeError && error.code === "toml.conflict" && edits.some((edit) => edit.op === "rename");
		throw clash ? new RuntimeError("containerd.config.names", { name: String(error.values.key), reason: "both" }, { cause: error }) : error;
	}
}

/** The file's `version`; 1 where it has none. Throws `containerd.config.version` for anything else than 1 to 4. */
export function configVersionOf(data: TomlTable): 1 | 2 | 3 | 4 {
	const version = data.get("version") ?? 1;
	if (version === 0 || version === 1) return 1;
	if (version === 2 || version === 3 || version === 4) return version;
	throw new RuntimeError("containerd.config.version", { version: String(version) });
}

function plannedVersion(data: TomlTable, daemon: Version): 2 | 3 | 4 {
	const version = configVersionOf(data);
	const readable = version <= 2 || (version === 3 ? isAtLeast(daemon, 2, 0) : isAtLeast(daemon, 2, 3));
	if (!readable) throw new RuntimeError("containerd.config.newer", { version });
	return version === 1 ? 2 : version;
}

function strings(data: TomlTable, key: string): string[] {
	const list = data.get(key);
	return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

function enableCri(data: TomlTable): TomlEdit[] {
	const disabled = strings(data, "disabled_plugins");
	return CRI_DISABLED_IDS.filter((id) => disabled.includes(id)).map((value) => ({
		op: "removeFromArray",
		path: ["disabled_plugins"],
		value,
	}));
}

/** Under `version = 2` a short name is fatal (`invalid plugin key URI "cri"`), so each gets its long one, in place. */
function longNameEdits(data: TomlTable): TomlEdit[] {
	const edits: TomlEdit[] = [];
	const plugins = data.get("plugins");
	const keys = plugins instanceof Map ? [...plugins.keys()] : [];
	for (const short of keys.filter((key) => !isLongName(key))) {
		const long = longName(short);
		if (long === null) throw new RuntimeError("containerd.config.names", { name: short, reason: "unknown" });
		edits.push({ op: "rename", path: ["plugins", short], to: long });
	}
	for (const list of ["disabled_plugins", "required_plugins"]) {
		for (const value of new Set(strings(data, list))) {
			if (isLongName(value) || (list === "disabled_plugins" && CRI_DISABLED_IDS.includes(value))) continue;
			const by = longName(value);
			if (by === null) throw new RuntimeError("containerd.config.names", { name: value, reason: "unknown" });
			edits.push({ op: "replaceInArray", path: [list], value, by });
		}
	}
	return edits;
}

function refuseShortNames(data: TomlTable): void {
	const plugins = data.get("plugins");
	const keys = plugins instanceof Map ? [...plugins.keys()] : [];
	const short = keys.find((key) => !isLongName(key));
	if (short !== undefined) throw new RuntimeError("containerd.config.names", { name: short, reason: "version" });
}

function settingEdits(
	data: TomlTable,
	names: CriNames,
	configVersion: 2 | 3 | 4,
	daemon: Version,
	settings: ContainerdSettings,
): TomlEdit[] {
	const set = (path: TomlPath, value: string | boolean): TomlEdit => ({ op: "set", path, value });
	const runtimes = [...names.containerd, "runtimes"];
	const runc = [...runtimes, DEFAULT_RUNTIME];
	const edits: TomlEdit[] = [set(names.sandboxImage, settings.sandboxImage)];
	if (settings.streamServer) {
		edits.push(
			set([...names.streaming, "stream_server_address"], "127.0.0.1"),
			set([...names.streaming, "stream_server_port"], "0"),
			set([...names.streaming, "enable_tls_streaming"], false),
		);
	}
	if (settings.enableSelinux) edits.push(set([...names.runtime, "enable_selinux"], true));
	edits.push(...cniEdits(data, names, configVersion, daemon, settings));
	const own = keptDefault(data, names) === null ? settings.defaultRuntime : undefined;
	if (keptDefault(data, names) === null) edits.push(set([...names.containerd, "default_runtime_name"], own?.name ?? DEFAULT_RUNTIME));
	edits.push(set([...runc, "runtime_type"], RUNC_V2));
	if (own) {
		edits.push(set([...runtimes, own.name, "runtime_type"], RUNC_V2), set([...runtimes, own.name, "options", "BinaryName"], own.binary));
	}
	// All runc classes have to agree with the kubelet, or pods of the odd one out end in another cgroup tree.
	for (const name of new Set([DEFAULT_RUNTIME, ...(own ? [own.name] : []), ...runcClasses(data, runtimes)])) {
		edits.push(set(systemdCgroupPath(data, runtimes, name), settings.systemdCgroup));
	}
	if (settings.registryFolder) edits.push(set([...names.registry, "config_path"], settings.registryFolder));
	edits.push(...inlineRegistryEdits(data, names, settings.inlineRegistries ?? []));
	return [...edits, ...deprecatedEdits(data, names)];
}

function cniEdits(data: TomlTable, names: CriNames, configVersion: 2 | 3 | 4, daemon: Version, settings: ContainerdSettings): TomlEdit[] {
	const binDir = [...names.cni, "bin_dir"];
	const binDirs = [...names.cni, "bin_dirs"];
	const confDir: TomlEdit = { op: "set", path: [...names.cni, "conf_dir"], value: settings.cniConfDir };
	const [only, ...others] = settings.cniBinDirs;
	if (only === undefined) throw new RuntimeError("containerd.config.cni-dirs", { dirs: "" });
	const knowsDirs = isAtLeast(daemon, 2, 1);
	const hasDirs = valueAt(data, binDirs) !== undefined;
	const hasDir = (valueAt(data, binDir) ?? "") !== "";
	if (others.length > 0 && !knowsDirs) throw new RuntimeError("containerd.config.cni-dirs", { dirs: settings.cniBinDirs.join(",") });
	// Both keys at once are refused by containerd; the old one goes on working alone.
	if (others.length > 0 || (knowsDirs && (hasDirs || (configVersion > 2 && !hasDir)))) {
		const clear: TomlEdit[] = hasDir ? [{ op: "set", path: binDir, value: "" }] : [];
		return [...clear, { op: "set", path: binDirs, value: settings.cniBinDirs }, confDir];
	}
	return [{ op: "set", path: binDir, value: only }, confDir];
}

/** A default runtime of the node's own (nvidia) that will go on working, or null. */
function keptDefault(data: TomlTable, names: CriNames): string | null {
	const name = valueAt(data, [...names.containerd, "default_runtime_name"]);
	if (typeof name !== "string" || name === "" || name === DEFAULT_RUNTIME) return null;
	const type = valueAt(data, [...names.containerd, "runtimes", name, "runtime_type"]);
	return typeof type === "string" && type !== "" && type !== "io.containerd.runtime.v1.linux" ? name : null;
}

/** Old keys that containerd 1.x puts above the new ones, or refuses beside runc.v2. */
function deprecatedEdits(data: TomlTable, names: CriNames): TomlEdit[] {
	const edits: TomlEdit[] = [];
	const defaultRuntime = [...names.containerd, "default_runtime", "runtime_type"];
	if ((valueAt(data, defaultRuntime) ?? "") !== "") edits.push({ op: "set", path: defaultRuntime, value: "" });
	const systemdCgroup = [...names.runtime, "systemd_cgroup"];
	if (valueAt(data, systemdCgroup) === true) edits.push({ op: "set", path: systemdCgroup, value: false });
	const noPivot = [...names.containerd, "no_pivot"];
	if (valueAt(data, noPivot) === true) throw new RuntimeError("containerd.config.runc-v1-only", { key: showPath(noPivot) });
	const runtimes = valueAt(data, [...names.containerd, "runtimes"]);
	for (const [name] of runtimes instanceof Map ? runtimes : []) {
		for (const key of ["runtime_engine", "runtime_root"]) {
			const path = [...names.containerd, "runtimes", name, key];
			if ((valueAt(data, path) ?? "") !== "") throw new RuntimeError("containerd.config.runc-v1-only", { key: showPath(path) });
		}
	}
	return edits;
}

function notesOf(original: TomlTable, base: TomlTable, names: CriNames): ContainerdNote[] {
	const notes: ContainerdNote[] = [];
	const kept = keptDefault(base, names);
	if (kept !== null) notes.push({ code: "default-runtime-kept", values: { name: kept } });
	if (valueAt(base, [...names.runtime, "systemd_cgroup"]) === true) notes.push({ code: "systemd-cgroup-key-cleared", values: {} });
	const imports = strings(original, "imports");
	if (imports.length > 0) notes.push({ code: "imports", values: { imports: imports.join(", ") } });
	return notes;
}
