/**
 * Keys of everything that is read. A list's key begins with its area, so that `invalidateQueries({ queryKey: keys.nodes.all })`
 * reads all of it again.
 */
export const keys = {
	me: ["me"] as const,
	attention: { all: ["attention"] as const, list: (clusterId?: string) => ["attention", "list", clusterId ?? ""] as const },
	clusters: {
		all: ["clusters"] as const,
		list: () => ["clusters", "list"] as const,
		detail: (id: string) => ["clusters", "detail", id] as const,
		credential: (id: string) => ["clusters", "credential", id] as const,
	},
	nodes: {
		all: ["nodes"] as const,
		list: (clusterId?: string) => ["nodes", "list", clusterId ?? ""] as const,
		detail: (id: string) => ["nodes", "detail", id] as const,
		credential: (id: string) => ["nodes", "credential", id] as const,
		/** These two not below the others: the cluster is not asked again whenever some node changes. */
		pods: (id: string) => ["node-pods", id] as const,
		files: (id: string) => ["node-files", id] as const,
		leftRuns: (id: string) => ["nodes", "left-runs", id] as const,
	},
	hostKeys: { all: ["host-keys"] as const },
	archives: { all: ["archives"] as const },
	migrations: {
		all: ["migrations"] as const,
		list: (filter: object = {}) => ["migrations", "list", filter] as const,
		details: () => ["migrations", "detail"] as const,
		detail: (id: string) => ["migrations", "detail", id] as const,
		findings: (id: string) => ["migrations", "findings", id] as const,
		/** Nor is it asked whenever some migration changes. */
		workloads: (id: string) => ["migration-workloads", id] as const,
		durations: (id: string) => ["migrations", "durations", id] as const,
	},
	drafts: {
		all: ["drafts"] as const,
		list: () => ["drafts", "list"] as const,
		detail: (id: string) => ["drafts", "detail", id] as const,
	},
	trends: ["trend"] as const,
	trend: (clusterId: string | undefined, days: number) => ["trend", clusterId ?? "", days] as const,
	/** Beside the migrations and the audit that they are made of: what changes these changes them. */
	progress: (clusterId: string | undefined) => ["migrations", "progress", clusterId ?? ""] as const,
	activities: ["audit", "activity"] as const,
	activity: (clusterId: string | undefined) => ["audit", "activity", clusterId ?? ""] as const,
	/** Read once for what preflight said of the node: not again whenever some node changes. */
	findingExample: (nodeId: string, codes: readonly string[]) => ["finding-example", nodeId, ...codes] as const,
	people: { all: ["people"] as const },
	templates: { all: ["templates"] as const },
	runs: {
		all: ["runs"] as const,
		list: (filter: object = {}) => ["runs", "list", filter] as const,
		detail: (id: string) => ["runs", "detail", id] as const,
		/** Not read but heard: runs with an armed revert, whatever page is open. */
		armed: () => ["runs", "armed"] as const,
		/** Not read but heard as well: how a run stands, for rows that have no more of it. */
		signs: (id: string) => ["runs", "signs", id] as const,
	},
	/** Not below `runs`: what was found stays right when a run changes. */
	logSearch: (runId: string, generation: number, text: string) => ["log-search", runId, generation, text] as const,
	audit: {
		all: ["audit"] as const,
		list: (filter: object = {}) => ["audit", "list", filter] as const,
		people: () => ["audit", "people"] as const,
	},
};
