import { policySchema } from "../../lib/contracts/plan.ts";
import { type MigrationState, migrationStateSchema } from "../../lib/contracts/run.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { lastApproval, refuseUnapproved, refuseUnseen } from "./approvals.ts";
import { refuseBusy } from "./busy-nodes.ts";
import { MigrationChangeError, wrongState } from "./change-error.ts";
import { said } from "./codes.ts";
import { findMigration, type MigrationWritePorts, moveMigration } from "./migration-write.ts";
import { keptByOthers } from "./open-runs.ts";
import { goWithoutApi, loseTheirApi } from "./without-api.ts";

interface Ports extends MigrationWritePorts {
	now: () => Date;
}

export interface StartGiven {
	/** Lets those nodes go that were planned with an API which the cluster has no more. */
	withoutApi?: boolean;
	personId?: string;
	/** It is not a person who asks but the time that this person has set. */
	scheduledFor?: Date;
	/** Of what a person has seen (lib/approval.ts); absent where nobody looked. */
	digest?: string;
	commit?: Commit<[without: string[]]>;
}

/**
 * A plan is carried out from now on; returns the names of the nodes that go without the cluster's API. Called in a turn: it looks first and
 * writes then. Throws `migration.changed-since` where something else is there now, `migration.node-busy` where another run works on one of its
 * nodes, `migration.ticket-needed`, `migration.nothing-to-do`, `migration.wrong-state`, and where an approval that it needs is missing.
 */
export async function startMigration(
	ports: Ports,
	migrationId: string,
	person: string,
	{ withoutApi = false, personId = person, scheduledFor, digest, commit }: StartGiven,
): Promise<string[]> {
	const { db } = ports;
	const migration = await findMigration(db, migrationId);
	const from: MigrationState[] = scheduledFor ? ["scheduled"] : ["draft", "scheduled"];
	// Taken back and scheduled anew meanwhile: it has another time.
	const another = scheduledFor !== undefined && migration.startAt?.getTime() !== scheduledFor.getTime();
	if (another || !from.includes(migrationStateSchema.parse(migration.state))) throw wrongState(migration.state, from);
	if (digest !== undefined) await refuseUnseen(db, migrationId, digest);
	const policy = policySchema.parse(migration.policy);
	if (policy.ticketNeeded && migration.ticket === "") throw new MigrationChangeError("migration.ticket-needed", {});
	await refuseUnapproved(db, migrationId, [personId]);
	const planned = { migrationId, state: "queued" };
	const runs = await db.run.findMany({ where: planned, select: { nodeId: true } });
	if (runs.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
	const nodeIds = runs.map((run) => run.nodeId);
	await refuseBusy(db, migrationId, nodeIds);
	// Approved was a run with drain and verification in the cluster.
	if (withoutApi && policy.approval.needed && (await loseTheirApi(db, migrationId)))
		throw new MigrationChangeError("migration.approval-void", { person: (await lastApproval(db, migrationId))?.userName ?? "" });
	const { names: without, writes } = await goWithoutApi(db, migrationId, withoutApi);
	const why = said(scheduledFor ? "migration.started-as-scheduled" : "migration.started", { person });
	const data = {
		startedAt: ports.now(),
		startedById: personId,
		withoutApi: without.length > 0,
		...(scheduledFor ? {} : { startAt: null, schedule: Prisma.DbNull }),
	};
	// A run that is adopted meanwhile may be of one of its nodes.
	const where = { runs: { none: { ...planned, node: { runs: { some: keptByOthers(migrationId) } } } } };
	const write: Commit = (statements) => (commit ?? alone(db))(statements, without);
	try {
		await moveMigration(ports, { migrationId, from, to: "running", why, data, where, writes, commit: write });
	} catch (error) {
		await refuseBusy(db, migrationId, nodeIds);
		throw error;
	}
	return without;
}
