import { canonical, parseToml, type TomlData, type TomlTable, valueAt } from "../toml/parse.ts";
import { showPath, showValue } from "../toml/spelling.ts";
import type { TomlPath } from "../toml/types.ts";
import { isAtLeast, parseVersion } from "../versions.ts";
import { CRI_DISABLED_IDS, type CriNames, criNames } from "./names.ts";
import { configVersionOf } from "./plan.ts";
import { DEFAULT_RUNTIME, RUNC_V2, runcClasses, systemdCgroupPath } from "./runtimes.ts";
import type { ContainerdSettings, DumpMismatch } from "./types.ts";

/**
 * Judges `containerd config dump` (imports merged; containerd 2 prints version 3 names for a version 2 file): empty where every setting
 * is in effect. Throws `toml.syntax`, `toml.unsupported`, `containerd.config.version`, `version.unreadable`.
 */
export function judgeDump(dumpText: string, daemonVersion: string, settings: ContainerdSettings): readonly DumpMismatch[] {
	const daemon = parseVersion(daemonVersion);
	const dump = parseToml(dumpText);
	const version = configVersionOf(dump);
	// A version 1 file knows none of the tables: whatever it says about them is silently ignored.
	if (version === 1) return [{ kind: "mismatch", key: "version", expected: "2", found: shown(dump.get("version")) }];
	const names = criNames(version);
	const judge = new Judge(dump);
	judge.enabled();
	judge.equal(names.sandboxImage, settings.sandboxImage);
	judge.equal([...names.cni, "conf_dir"], settings.cniConfDir);
	judge.cniBinDirs(names, settings.cniBinDirs);
	judge.defaultRuntime(names);
	judge.equal([...names.containerd, "runtimes", DEFAULT_RUNTIME, "runtime_type"], RUNC_V2);
	// 1.4 leaves runc's options out of its dump; from 1.6 on what is not printed is false.
	judge.systemdCgroup(names, settings.systemdCgroup, isAtLeast(daemon, 1, 6));
	if (settings.registryFolder) judge.equal([...names.registry, "config_path"], settings.registryFolder);
	for (const { host } of settings.inlineRegistries ?? []) judge.present([...names.registry, "mirrors", host, "endpoint"]);
	if (settings.defaultRuntime) judge.runtime(names, settings.defaultRuntime, isAtLeast(daemon, 1, 6));
	if (settings.enableSelinux) judge.equal([...names.runtime, "enable_selinux"], true);
	if (settings.streamServer) {
		judge.equal([...names.streaming, "stream_server_address"], "127.0.0.1");
		judge.equal([...names.streaming, "stream_server_port"], "0");
		judge.equal([...names.streaming, "enable_tls_streaming"], false);
	}
	return judge.mismatches;
}

class Judge {
	readonly mismatches: DumpMismatch[] = [];

	constructor(private readonly dump: TomlTable) {}

	equal(path: TomlPath, expected: TomlData): void {
		const found = valueAt(this.dump, path);
		if (found === undefined || canonical(found) !== canonical(expected)) this.report(path, expected, found);
	}

	/** Some value: an entry that the file had before stays as it was. */
	present(path: TomlPath): void {
		if (valueAt(this.dump, path) === undefined) this.report(path, [], undefined);
	}

	/** A default runtime of the file's own stands in for Docker's. */
	runtime(names: CriNames, { name, binary }: { name: string; binary: string }, printed: boolean): void {
		if (valueAt(this.dump, [...names.containerd, "default_runtime_name"]) !== name) return;
		const path = [...names.containerd, "runtimes", name, "options", "BinaryName"];
		const found = valueAt(this.dump, path);
		if (found === undefined && !printed) this.report(path, binary, found, "not-judgeable");
		else if (found !== binary) this.report(path, binary, found);
	}

	enabled(): void {
		const disabled = this.dump.get("disabled_plugins");
		const list = Array.isArray(disabled) ? disabled : [];
		if (!list.some((id) => CRI_DISABLED_IDS.some((cri) => cri === id))) return;
		const allowed = list.filter((id) => !CRI_DISABLED_IDS.some((cri) => cri === id));
		this.report(["disabled_plugins"], allowed, list);
	}

	/** From 2.1 on there is a list beside the single folder; the single one, where set, stands in for the list's default. */
	cniBinDirs(names: CriNames, dirs: readonly string[]): void {
		const one = valueAt(this.dump, [...names.cni, "bin_dir"]);
		const list = valueAt(this.dump, [...names.cni, "bin_dirs"]);
		if (list !== undefined && (one ?? "") === "") this.equal([...names.cni, "bin_dirs"], [...dirs]);
		else if (dirs.length !== 1 || one !== dirs[0]) this.report([...names.cni, "bin_dir"], dirs.join(","), one);
	}

	/** `default_runtime`, where it still exists, wins over the name; the name has to be one of the runtimes. */
	defaultRuntime(names: CriNames): void {
		const old = [...names.containerd, "default_runtime", "runtime_type"];
		const oldType = valueAt(this.dump, old);
		if (oldType !== undefined && oldType !== "") this.report(old, "", oldType);
		const path = [...names.containerd, "default_runtime_name"];
		const name = valueAt(this.dump, path);
		const known = typeof name === "string" && valueAt(this.dump, [...names.containerd, "runtimes", name]) instanceof Map;
		if (!known) this.report(path, DEFAULT_RUNTIME, name);
		const key = [...names.runtime, "systemd_cgroup"];
		if (valueAt(this.dump, key) === true) this.report(key, false, true);
	}

	systemdCgroup(names: CriNames, expected: boolean, printed: boolean): void {
		const runtimes = [...names.containerd, "runtimes"];
		for (const name of new Set([DEFAULT_RUNTIME, ...runcClasses(this.dump, runtimes)])) {
			const path = systemdCgroupPath(this.dump, runtimes, name);
			const found = valueAt(this.dump, path);
			if (found === undefined && !printed) this.report(path, expected, found, "not-judgeable");
			else if ((found ?? false) !== expected) this.report(path, expected, found);
		}
	}

	private report(path: TomlPath, expected: TomlData, found: TomlData | undefined, kind: DumpMismatch["kind"] = "mismatch"): void {
		this.mismatches.push({ kind, key: showPath(path), expected: showValue(expected), found: shown(found) });
	}
}

function shown(value: TomlData | undefined): string | null {
	return value === undefined ? null : showValue(value);
}
