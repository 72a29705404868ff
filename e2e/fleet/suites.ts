/** A Debian release that nodes are made of, and what it needs beyond the common recipe. */
export interface Suite {
	name: SuiteName;
	/** Packages beyond the common ones. */
	packages: string[];
	/**
	 * The release whose containerd its nodes have instead of its own: 2.1 no longer speaks the CRI of the fleet's kubelet, which is 1.20
	 * (v1alpha2 was taken out with containerd 2.0), and a migration to it is refused.
	 */
	containerdOf?: SuiteName;
	/** The debootstrap script, where an older debootstrap has none of the release's own name. */
	script?: string;
	/** Arguments for the host's init on a machine with cgroup v1. */
	initArgs: string[];
	/** Environment of systemd-nspawn on a machine with cgroup v1. */
	nspawnEnv: Record<string, string>;
	/** Its hosts know the unified hierarchy only, in which a machine with cgroup v1 has no controllers. */
	unifiedOnly?: boolean;
}

export const SUITE_NAMES = ["bullseye", "bookworm", "trixie", "forky"] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

/** Docker 20.10.5, 20.10.24, 26.1 and 28.5; systemd 247, 252, 257 and 262. */
export const SUITES: Record<SuiteName, Suite> = {
	bullseye: { name: "bullseye", packages: [], initArgs: [], nspawnEnv: {} },
	bookworm: { name: "bookworm", packages: [], initArgs: [], nspawnEnv: {} },
	trixie: {
		name: "trixie",
		packages: ["docker-cli"],
		initArgs: ["systemd.unified_cgroup_hierarchy=0", "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1"],
		nspawnEnv: {},
	},
	// systemd 262 knows no cgroup v1 at all: the host gets the unified hierarchy even on a hybrid machine.
	forky: {
		name: "forky",
		packages: ["docker-cli"],
		containerdOf: "trixie",
		script: "/usr/share/debootstrap/scripts/sid",
		initArgs: [],
		nspawnEnv: { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1" },
		unifiedOnly: true,
	},
};
