import type { Facts } from "../../lib/contracts/facts.ts";
import type { Policy } from "../../lib/contracts/plan.ts";
import { type CrictlFit, crictlFit } from "../runtime/matrix.ts";
import { compareVersions, readVersion } from "../runtime/versions.ts";

/** An uploaded archive of crictl. */
export interface CrictlArchive {
	archiveSha256: string;
	binarySha256: string;
	/** As its file name tells; empty where that does not. */
	version: string;
}

/** Where ours goes. */
export const CRICTL_PATH = "/usr/local/bin/crictl";

export interface CrictlChoice {
	/** The crictl that the node has once it is prepared; null where it has none. */
	found: { path: string; version: string; fit: CrictlFit; from: "node" | "archive" } | null;
	/** The archive is unpacked on the node. */
	install: boolean;
	/** /etc/crictl.yaml is written: where a person wants crictl set up, and there is one or a file that would go on naming the old runtime. */
	configure: boolean;
}

/**
 * The archive for a node of several for its architecture. One that can speak to its containerd comes first; of these one of the kubelet's
 * own minor version, as the project advises (https://github.com/kubernetes-sigs/cri-tools#compatibility-matrix-cri-tools--kubernetes), else of
 * the nearest; of one line the newest. null where there is none.
 */
export function pickCrictl<Archive extends { version: string }>(
	{ kubelet, containerd }: Facts,
	archives: readonly Archive[],
): Archive | null {
	const cluster = kubelet.version.known ? readVersion(kubelet.version.value) : null;
	const daemon = containerd.version.known ? containerd.version.value : "";
	const ranked = archives.map((archive) => {
		const version = readVersion(archive.version);
		const unfit = ["fits", "unknown"].indexOf(crictlFit(archive.version, daemon));
		const distance = version && cluster ? Math.abs((version.major - cluster.major) * 1000 + version.minor - cluster.minor) : 1_000_000;
		return { archive, version, unfit: unfit < 0 ? 2 : unfit, distance };
	});
	ranked.sort(
		(a, b) => a.unfit - b.unfit || a.distance - b.distance || (a.version && b.version ? compareVersions(b.version, a.version) : 0),
	);
	return ranked[0]?.archive ?? null;
}

/**
 * Which crictl a run uses. One that is on the node already is never replaced, and an archive that cannot speak to this containerd is not
 * installed: `found.fit` then says why. Only one that fits may decide over the node.
 */
export function chooseCrictl(facts: Facts, policy: Policy, archive: Pick<CrictlArchive, "version"> | null): CrictlChoice {
	const containerd = facts.containerd.version.known ? facts.containerd.version.value : "";
	const wanted = policy.installCrictl;
	if (facts.crictl.path !== "") {
		const version = facts.crictl.version.known ? facts.crictl.version.value : "";
		const found = { path: facts.crictl.path, version, fit: crictlFit(version, containerd), from: "node" as const };
		return { found, install: false, configure: wanted };
	}
	const stale = facts.crictl.config.state !== "absent";
	if (!wanted || !archive) return { found: null, install: false, configure: wanted && stale };
	const fit = crictlFit(archive.version, containerd);
	const install = fit === "fits" || fit === "unknown";
	return {
		found: { path: CRICTL_PATH, version: archive.version, fit, from: "archive" },
		install,
		configure: install || stale,
	};
}
