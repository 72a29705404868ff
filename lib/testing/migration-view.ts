import { policySchema } from "../contracts/plan.ts";
import type { MigrationView } from "../contracts/run.ts";

/** A migration that runs, or whatever `change` makes of it. */
export const migrationView = (change: Partial<MigrationView> = {}): MigrationView => ({
	id: "m1",
	clusterId: "c1",
	clusterName: "prod",
	direction: "migrate",
	state: "running",
	stateWhy: null,
	policy: policySchema.parse({}),
	schedule: null,
	passed: [],
	reason: "Docker goes",
	ticket: "CHG-1",
	withoutApi: false,
	createdBy: "ann",
	createdAt: "2026-01-01T00:00:00Z",
	startedAt: "2026-01-01T00:00:00Z",
	endedAt: null,
	...change,
});
