import type { TomlPath } from "../toml/types.ts";

/** Where the settings of the CRI plugin stand, by the version of the file. Source: containerd docs/cri/config.md. */
export type CriNames = {
	readonly sandboxImage: TomlPath;
	readonly containerd: TomlPath;
	readonly cni: TomlPath;
	/** Streaming stayed with the gRPC plugin when images and runtime got their own in version 3. */
	readonly streaming: TomlPath;
	/** The plugin table that older files carry `systemd_cgroup` in. */
	readonly runtime: TomlPath;
	readonly registry: TomlPath;
};

export const CRI = "io.containerd.grpc.v1.cri";
export const CRI_IMAGES = "io.containerd.cri.v1.images";
export const CRI_RUNTIME = "io.containerd.cri.v1.runtime";

/** Every spelling by which a file may switch the CRI plugin off. */
export const CRI_DISABLED_IDS: readonly string[] = ["cri", CRI, CRI_IMAGES, CRI_RUNTIME];

const LONG: CriNames = {
	sandboxImage: ["plugins", CRI, "sandbox_image"],
	containerd: ["plugins", CRI, "containerd"],
	cni: ["plugins", CRI, "cni"],
	streaming: ["plugins", CRI],
	runtime: ["plugins", CRI],
	registry: ["plugins", CRI, "registry"],
};

const SPLIT: CriNames = {
	sandboxImage: ["plugins", CRI_IMAGES, "pinned_images", "sandbox"],
	containerd: ["plugins", CRI_RUNTIME, "containerd"],
	cni: ["plugins", CRI_RUNTIME, "cni"],
	streaming: ["plugins", CRI],
	runtime: ["plugins", CRI_RUNTIME],
	registry: ["plugins", CRI_IMAGES, "registry"],
};

export function criNames(configVersion: 2 | 3 | 4): CriNames {
	return configVersion === 2 ? LONG : SPLIT;
}

const SNAPSHOTTERS = ["aufs", "blockfile", "btrfs", "devmapper", "native", "overlayfs", "zfs"];

/** The names of a version 1 file, and what a version 2 file calls the same plugins. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
	["cri", CRI],
	["linux", "io.containerd.runtime.v1.linux"],
	["task", "io.containerd.runtime.v2.task"],
	["cgroups", "io.containerd.monitor.v1.cgroups"],
	["diff-service", "io.containerd.service.v1.diff-service"],
	["tasks-service", "io.containerd.service.v1.tasks-service"],
	["walking", "io.containerd.differ.v1.walking"],
	["opt", "io.containerd.internal.v1.opt"],
	["restart", "io.containerd.internal.v1.restart"],
	["scheduler", "io.containerd.gc.v1.scheduler"],
	["bolt", "io.containerd.metadata.v1.bolt"],
	["content", "io.containerd.content.v1.content"],
	...SNAPSHOTTERS.map((name): [string, string] => [name, `io.containerd.snapshotter.v1.${name}`]),
]);

/** The long name of a plugin that a version 1 file names shortly; null where it is not known. */
export function longName(short: string): string | null {
	return SHORT_NAMES.get(short) ?? null;
}

/** As containerd itself tells: a version 2 name has at least four parts (`io.containerd.x.vx`). */
export function isLongName(name: string): boolean {
	return name.split(".").length >= 4;
}
