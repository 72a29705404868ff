import { createHash } from "node:crypto";
import { keptOverrideSchema, type Policy, policySchema } from "../../lib/contracts/plan.ts";
import { rolloutSchema } from "../../lib/contracts/rollout.ts";
import type { AuditLog, AuditRecord } from "../audit/audit.ts";
import type { Db } from "../db/client.ts";
import type { ChangeMigration } from "./change-migration.ts";
import type { Planning } from "./planning.ts";
import type { RollBack } from "./way-back.ts";

interface Ports {
	db: Db;
	audit: Pick<AuditLog, "commit">;
	planning: Pick<Planning, "draft">;
	change: Pick<ChangeMigration, "start">;
}

/** As the record names who did what nobody pressed: the policy that a person chose did. */
const BY_POLICY = { id: "policy", name: "policy" };

/** The same for the same failure: a console that died while it planned the way back finds it again, and makes no second one. */
function wayBackId(migrationId: string, failedRunId: string): string {
	return createHash("sha256").update(`way back of ${migrationId} after ${failedRunId}`).digest("hex").slice(0, 16);
}

/** The way back has no canaries to wait for and nobody to ask: it is taken because too much has failed. */
function wayBackPolicy(policy: Policy): Policy {
	const { prepareConcurrency } = policy.rollout;
	return {
		...policy,
		prepareOnly: false,
		approval: { needed: false, byAnother: false },
		ticketNeeded: false,
		rollout: rolloutSchema.parse({ prepareConcurrency }),
	};
}

/**
 * Plans and starts the way back of these nodes, last first. What a person let a node go in spite of on its way over, it may go back in spite
 * of. Throws as planning and `ChangeMigration.start` do.
 */
export async function rollBackBatch(
	{ db, audit, planning, change }: Ports,
	{ migrationId, failedRunId, runs }: Parameters<RollBack>[0],
): ReturnType<RollBack> {
	const from = await db.migration.findUniqueOrThrow({ where: { id: migrationId }, include: { cluster: { select: { name: true } } } });
	const id = wayBackId(migrationId, failedRunId);
	const state = async () => (await db.migration.findUnique({ where: { id }, select: { state: true } }))?.state;
	if ((await state()) === undefined) {
		const rows = await db.run.findMany({ where: { id: { in: runs.map((run) => run.id) } }, select: { nodeId: true, overrides: true } });
		const overrides = rows.flatMap(({ nodeId, overrides: kept }) =>
			keptOverrideSchema
				.array()
				.parse(kept)
				.map(({ code }) => ({ nodeId, code })),
		);
		await planning.draft({
			migrationId: id,
			clusterId: from.clusterId,
			direction: "rollback",
			nodeIds: runs.map((run) => run.nodeId),
			policy: wayBackPolicy(policySchema.parse(from.policy)),
			reason: from.reason,
			ticket: from.ticket,
			withoutApi: from.withoutApi,
			overrides,
			overrideReason: from.reason,
			person: BY_POLICY,
		});
	}
	const count = await db.run.count({ where: { migrationId: id, state: { not: "skipped" } } });
	const event: AuditRecord = {
		actor: { id: null, name: BY_POLICY.name, address: null },
		action: "migration.roll-back",
		target: { kind: "migration", id: migrationId, name: from.cluster.name },
		values: { count, migration: id },
	};
	if ((await state()) === "draft")
		await change.start(id, BY_POLICY.name, {
			withoutApi: from.withoutApi,
			personId: BY_POLICY.id,
			commit: (writes) => audit.commit(writes, [event]),
		});
	return { migration: id, count };
}
