import type { MigrationState, RunState } from "../../lib/contracts/run.ts";

export type Runtime = "docker" | "containerd";

/** What a node is, whatever anybody has on record of it. */
export interface NodeTruth {
	/** Runtime that the words of the kubelet that runs lead to; null where none runs. */
	kubelet: Runtime | null;
	/** Kubernetes' containers that run, by who runs them. */
	containers: Record<Runtime, number>;
	/** Docker's service is active. */
	dockerActive: boolean;
	/** The node's object; null where the API knows it no more. */
	api: { ready: boolean; runtimeVersion: string; unschedulable: boolean } | null;
	/** A trigger of a revert that is still there, by its file or unit. */
	armed: string[];
}

/** What one run's folder on the node says; null fields where there is no such file. */
export interface RunTruth {
	log: Buffer | null;
	final: string | null;
	decision: string | null;
}

export interface RecordedRun {
	id: string;
	direction: "migrate" | "rollback";
	state: RunState;
	leaseId: string | null;
	cordonedByUs: boolean;
	/** Code of what came of it. */
	result: string | null;
	steps: { id: string; state: string }[];
	/** In the order in which they were appended. */
	events: { code: string; values: Record<string, unknown> }[];
	/** The newest generation of its log. */
	log: Buffer;
}

/** What the console has on record of one migration of one node. */
export interface Recorded {
	migration: MigrationState;
	/** Oldest attempt first. */
	runs: RecordedRun[];
	/** What was decided, as the changes themselves say: the audit's action of each, of a retry one for each node. */
	decided: string[];
	/** What was decided, as the audit says: the same. */
	audited: string[];
}

/** All that the promise is judged by. */
export interface Found {
	/** What the node ran before the first of the runs. */
	before: Runtime;
	node: NodeTruth;
	recorded: Recorded;
	/** By the run's id. */
	onNode: ReadonlyMap<string, RunTruth>;
}

/** Where a revert that is armed lies on a node. */
export const TRIGGERS = [
	"/etc/systemd/system/gantry-boot.service",
	"/etc/systemd/system/sysinit.target.wants/gantry-boot.service",
	"/run/systemd/system/gantry-revert.service",
	"/run/systemd/system/gantry-revert.timer",
];
