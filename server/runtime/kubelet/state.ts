import { defaultPauseImage, kubeletLine } from "../matrix.ts";
import { parseKubeletArgv, socketPath } from "./argv.ts";
import { kubeletConfigValue } from "./config.ts";

export type KubeletRuntime = "dockershim" | "cri-dockerd" | "containerd" | "other" | "none";

/** A value and where it was decided: "flag --cgroup-driver", the config file's path, "default". */
export type Decided = { readonly value: string; readonly from: string };

type KubeletInput = {
	/** The live command line with argv[0]; empty where the kubelet does not run. */
	readonly argv: readonly string[];
	/** As `kubelet --version` prints it. */
	readonly version: string;
	/** Text and path of the KubeletConfiguration, where there is one. */
	readonly config?: { readonly text: string; readonly path: string } | null;
};

/**
 * Which endpoint the kubelet uses; null with dockershim, which has none. A flag wins over the file (the kubelet reads its flags again after
 * the file). Throws `version.unreadable`, `yaml.syntax`.
 */
export function kubeletEndpoint({ argv, version, config }: KubeletInput): string | null {
	const line = kubeletLine(version);
	const flags = parseKubeletArgv(argv);
	if (line.dockershim && (flags.get("container-runtime") ?? "docker") === "docker") return null;
	const given = flags.get("container-runtime-endpoint") ?? (config ? kubeletConfigValue(config.text, "containerRuntimeEndpoint") : null);
	return given ?? (line.dockershim ? "unix:///var/run/dockershim.sock" : "unix:///run/containerd/containerd.sock");
}

/**
 * What runs this kubelet's containers, by its live command line: `docker://` in the API stands for dockershim and cri-dockerd alike
 * (kubernetes.io, find-out-runtime-you-use). `containerdSocket` is the path where this host's containerd listens. Throws `version.unreadable`, `yaml.syntax`.
 */
export function runtimeOfKubelet(
	argv: readonly string[],
	version: string,
	config?: KubeletInput["config"],
	containerdSocket?: string,
): KubeletRuntime {
	if (argv.length === 0) return "none";
	const line = kubeletLine(version);
	const kind = parseKubeletArgv(argv).get("container-runtime");
	const endpoint = kubeletEndpoint({ argv, version, config });
	if (endpoint === null) return "dockershim";
	if (line.dockershim && kind !== "remote") return "other";
	const path = socketPath(endpoint);
	// cri-dockerd's first releases listened where dockershim had its own socket.
	if (/\/cri-dockerd[^/]*\.sock$|\/dockershim\.sock$/.test(path)) return "cri-dockerd";
	if (containerdSocket !== undefined && path === socketPath(containerdSocket)) return "containerd";
	return /\/containerd\.sock$/.test(path) ? "containerd" : "other";
}

/**
 * The kubelet's own cgroup driver. From 1.34 on the kubelet asks containerd 2 and passes over this value.
 * Throws `version.unreadable`, `yaml.syntax`.
 */
export function effectiveCgroupDriver({ argv, config }: Omit<KubeletInput, "version">): Decided {
	const flag = parseKubeletArgv(argv).get("cgroup-driver");
	if (flag) return { value: flag, from: "flag --cgroup-driver" };
	const value = config ? kubeletConfigValue(config.text, "cgroupDriver") : null;
	if (config && value !== null) return { value, from: config.path };
	return { value: "cgroupfs", from: "default" };
}

/**
 * The pause image by the kubelet's command line (cri-dockerd's, where that is the runtime: pass its argv), else the kubelet's built-in one.
 * Throws `version.unreadable`.
 */
export function pauseImageOf(argv: readonly string[], kubeletVersion: string): Decided {
	const flag = parseKubeletArgv(argv).get("pod-infra-container-image");
	if (flag) return { value: flag, from: "flag --pod-infra-container-image" };
	return { value: defaultPauseImage(kubeletVersion), from: "default" };
}

/** Network plugin and CNI folders by the flags of dockershim or cri-dockerd, else their defaults. `binDirs` is split at commas. */
export function cniOf(argv: readonly string[]): { networkPlugin: string; binDirs: string[]; confDir: string } {
	const flags = parseKubeletArgv(argv);
	const binDirs = (flags.get("cni-bin-dir") ?? "").split(",").map((dir) => dir.trim());
	const given = binDirs.filter((dir) => dir !== "");
	return {
		networkPlugin: flags.get("network-plugin") ?? "",
		binDirs: given.length > 0 ? given : ["/opt/cni/bin"],
		confDir: flags.get("cni-conf-dir") || "/etc/cni/net.d",
	};
}
