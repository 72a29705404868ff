import { isAtLeast, parseVersion, readVersion, type Version } from "./versions.ts";

type Line = readonly [major: number, minor: number, patch?: number];

/** What a line of kubelet versions speaks, takes and refuses. */
export type KubeletLine = {
	/** First kubelet of the line; it reaches to the next row. */
	readonly from: Line;
	/** CRI versions that this kubelet can speak. */
	readonly cri: readonly ("v1alpha2" | "v1")[];
	/** containerd before `min` and from `below` on is refused; in `warn` it may work and is outside what is tested together. */
	readonly containerd: {
		readonly min: Line;
		readonly below: Line | null;
		readonly warn: readonly { readonly from: Line; readonly below: Line | null; readonly reason: PairReason }[];
	};
	/** True where the kubelet has dockershim built in. */
	readonly dockershim: boolean;
	/** `--container-runtime`: `remote` has to be said, or the flag is unknown and the kubelet exits. */
	readonly containerRuntimeFlag: "remote" | "removed";
	/** `--network-plugin` and its like: of no effect with a remote runtime, or unknown and the kubelet exits. In both cases they go. */
	readonly dockershimFlags: "ignored" | "fatal";
	readonly podInfraFlag: "kept" | "removed";
	/** The pause image that this kubelet names by itself (dockershim's default). */
	readonly pauseImage: string;
};

export type PairReason =
	| "in-matrix"
	/** containerd 1.3 works with these kubelets and is in the field, but nobody tests or mends it. */
	| "unmaintained-line"
	| "outside-tested-pairs"
	| "containerd-too-old"
	/** containerd 2.0 has no CRI v1alpha2, and this kubelet speaks nothing else. */
	| "cri-v1alpha2-removed"
	/** 1.6.0 to 1.6.3 fail with `incompatible CNI versions` when pods are taken down. */
	| "cni-versions-defect";

/** What every kubelet with dockershim has in common. */
const DOCKERSHIM: Pick<KubeletLine, "cri" | "containerd" | "dockershim" | "containerRuntimeFlag" | "dockershimFlags" | "podInfraFlag"> = {
	cri: ["v1alpha2"],
	containerd: { min: [1, 3], below: [2, 0], warn: [{ from: [1, 3], below: [1, 4], reason: "unmaintained-line" }] },
	dockershim: true,
	containerRuntimeFlag: "remote",
	dockershimFlags: "ignored",
	podInfraFlag: "kept",
};

/** What the kubelets from 1.24 on have in common. */
const REMOTE: typeof DOCKERSHIM = {
	cri: ["v1"],
	containerd: { min: [1, 6], below: null, warn: [] },
	dockershim: false,
	containerRuntimeFlag: "remote",
	dockershimFlags: "fatal",
	podInfraFlag: "kept",
};

/**
 * The version rules of kubelet and containerd: containerd's support table, the kubelet's removed flags (changelogs 1.24, 1.27, 1.35) and its
 * built-in pause images. The only place in the code that knows them.
 */
export const KUBELET_LINES: readonly KubeletLine[] = [
	{ ...DOCKERSHIM, from: [1, 0], pauseImage: "k8s.gcr.io/pause:3.1" },
	{ ...DOCKERSHIM, from: [1, 18], pauseImage: "k8s.gcr.io/pause:3.2" },
	{ ...DOCKERSHIM, from: [1, 21], pauseImage: "k8s.gcr.io/pause:3.4.1" },
	{ ...DOCKERSHIM, from: [1, 22], pauseImage: "k8s.gcr.io/pause:3.5" },
	{
		...DOCKERSHIM,
		from: [1, 23],
		cri: ["v1", "v1alpha2"],
		containerd: { min: [1, 5], below: null, warn: [{ from: [2, 0], below: null, reason: "outside-tested-pairs" }] },
		pauseImage: "k8s.gcr.io/pause:3.6",
	},
	{ ...REMOTE, from: [1, 24], cri: ["v1", "v1alpha2"], pauseImage: "k8s.gcr.io/pause:3.7" },
	{ ...REMOTE, from: [1, 25], cri: ["v1", "v1alpha2"], pauseImage: "registry.k8s.io/pause:3.8" },
	{ ...REMOTE, from: [1, 26], pauseImage: "registry.k8s.io/pause:3.9" },
	{ ...REMOTE, from: [1, 27], containerRuntimeFlag: "removed", pauseImage: "registry.k8s.io/pause:3.9" },
	{ ...REMOTE, from: [1, 31], containerRuntimeFlag: "removed", pauseImage: "registry.k8s.io/pause:3.10" },
	{ ...REMOTE, from: [1, 34], containerRuntimeFlag: "removed", pauseImage: "registry.k8s.io/pause:3.10.1" },
	{
		...REMOTE,
		from: [1, 35],
		containerd: { min: [1, 7], below: null, warn: [{ from: [1, 7], below: [1, 7, 28], reason: "outside-tested-pairs" }] },
		containerRuntimeFlag: "removed",
		podInfraFlag: "removed",
		pauseImage: "registry.k8s.io/pause:3.10.1",
	},
	{
		...REMOTE,
		from: [1, 36],
		containerd: { min: [2, 0], below: null, warn: [{ from: [2, 0], below: [2, 2], reason: "outside-tested-pairs" }] },
		containerRuntimeFlag: "removed",
		podInfraFlag: "removed",
		pauseImage: "registry.k8s.io/pause:3.10.1",
	},
];

/** The row that holds for a kubelet, given as `kubelet --version` prints it. Throws `version.unreadable`. */
export function kubeletLine(kubelet: string | Version): KubeletLine {
	const version = typeof kubelet === "string" ? parseVersion(kubelet) : kubelet;
	const row = KUBELET_LINES.findLast(({ from }) => isAtLeast(version, ...from)) ?? KUBELET_LINES[0];
	if (!row) throw new RangeError("the table of kubelet versions is empty");
	return row;
}

export type PairVerdict = { readonly verdict: "ok" | "warn" | "block"; readonly reason: PairReason };

/** Whether this kubelet may run on this containerd; both as their programs print them. Throws `version.unreadable`. */
export function pairAllowed(kubelet: string, containerd: string): PairVerdict {
	const { containerd: rule } = kubeletLine(kubelet);
	const version = parseVersion(containerd);
	const within = (from: Line, below: Line | null) => isAtLeast(version, ...from) && (below === null || !isAtLeast(version, ...below));
	if (!isAtLeast(version, ...rule.min)) return { verdict: "block", reason: "containerd-too-old" };
	if (!within(rule.min, rule.below)) return { verdict: "block", reason: "cri-v1alpha2-removed" };
	if (within([1, 6, 0], [1, 6, 4])) return { verdict: "block", reason: "cni-versions-defect" };
	const warning = rule.warn.find(({ from, below }) => within(from, below));
	return warning ? { verdict: "warn", reason: warning.reason } : { verdict: "ok", reason: "in-matrix" };
}

export type CrictlFit = "fits" | "too-new" | "too-old" | "unknown";

/**
 * Whether this crictl can speak to this containerd; both as their programs print them, "unknown" where either cannot be read.
 * crictl speaks CRI v1alpha2 up to 1.23, v1 or v1alpha2 in 1.24 and 1.25, and v1 alone from 1.26 on; containerd has v1 from 1.6 on and
 * v1alpha2 up to 1.7.
 */
export function crictlFit(crictl: string, containerd: string): CrictlFit {
	const [client, daemon] = [readVersion(crictl), readVersion(containerd)];
	if (!client || !daemon) return "unknown";
	if (isAtLeast(client, 1, 26) && !isAtLeast(daemon, 1, 6)) return "too-new";
	if (!isAtLeast(client, 1, 24) && isAtLeast(daemon, 2, 0)) return "too-old";
	return "fits";
}

/** The pause image a kubelet of this version names where no flag does. From 1.24 on it says only what image collection spares. */
export function defaultPauseImage(kubelet: string): string {
	return kubeletLine(kubelet).pauseImage;
}
