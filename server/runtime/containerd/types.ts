import type { Registry } from "./registries.ts";

/** One entry of a plan's `intended`: what a change of a file means. */
export type IntendedChange = { readonly key: string; readonly from: string | null; readonly to: string | null };

export type ContainerdSettings = {
	readonly sandboxImage: string;
	/** True where the kubelet's effective cgroup driver is "systemd": the two must be equal. */
	readonly systemdCgroup: boolean;
	/** The kubelet's `--cni-bin-dir`, split at commas. containerd before 2.1 takes exactly one. */
	readonly cniBinDirs: readonly string[];
	readonly cniConfDir: string;
	/** Write the stream server's three keys: 127.0.0.1, port "0", no TLS. */
	readonly streamServer: boolean;
	/** Label containers and their files for SELinux, as Docker does where it is told to. */
	readonly enableSelinux?: boolean | undefined;
	/** Folder of registries' hosts.toml that `config_path` names afterwards. */
	readonly registryFolder?: string | undefined;
	/** Registries that go into the file's own tables, where the daemon or the file knows no folder. */
	readonly inlineRegistries?: readonly Registry[] | undefined;
	/** A default runtime that Docker has and the file does not name yet (nvidia). `binary` as Docker's own file gives it. */
	readonly defaultRuntime?: { readonly name: string; readonly binary: string } | undefined;
};

export type ContainerdNote = {
	/** `default-runtime-kept`: a default runtime of its own (nvidia) stays; `systemd-cgroup-key-cleared`: the old key would win over runc’s own. */
	readonly code: "default-runtime-kept" | "systemd-cgroup-key-cleared" | "imports";
	readonly values: Readonly<Record<string, string>>;
};

export type ContainerdConfigPlan = {
	readonly text: string;
	readonly intended: readonly IntendedChange[];
	/** The `version` that the planned file has. */
	readonly configVersion: 2 | 3 | 4;
	readonly notes: readonly ContainerdNote[];
};

export type DumpMismatch = {
	/** "not-judgeable": this daemon's dump does not print the key (1.4 leaves out runc's options): judge by the effect. */
	readonly kind: "mismatch" | "not-judgeable";
	/** Spelled as in the dump. */
	readonly key: string;
	readonly expected: string;
	readonly found: string | null;
};
