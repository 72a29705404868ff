import type { MigrationState } from "../../lib/contracts/run.ts";

/** A person's request that does not fit the state things are in. The values say what was found. */
export class MigrationChangeError extends Error {
	constructor(
		readonly code:
			| "migration.not-found"
			| "migration.wrong-state"
			| "migration.nothing-to-do"
			| "run.not-found"
			| "run.wrong-state"
			| "run.not-cordoned"
			| "run.not-held"
			| "run.cordon-not-ours"
			| "run.no-api"
			| "run.known-already"
			| "run.cannot-adopt"
			| "migration.node-busy"
			| "migration.rolling-back"
			| "migration.too-many-nodes"
			| "migration.ticket-needed"
			| "migration.approval-needed"
			| "migration.approval-void"
			| "migration.approval-by-starter"
			| "migration.changed-since"
			| "migration.reason-needed",
		readonly values: Record<string, string | number>,
	) {
		super(`${code} ${JSON.stringify(values)}`);
		this.name = "MigrationChangeError";
	}
}

/** The migration is in another state than this needs. */
export function wrongState(state: string, wanted: readonly MigrationState[]): MigrationChangeError {
	return new MigrationChangeError("migration.wrong-state", { state, wanted: wanted.join(", ") });
}
