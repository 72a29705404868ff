import { createHash } from "node:crypto";
import { type Policy, policySchema } from "../../lib/contracts/plan.ts";
import { rolloutSchema } from "../../lib/contracts/rollout.ts";
import type { Db } from "../db/client.ts";
import type { ChangeMigration } from "./change-migration.ts";
import type { Planning } from "./planning.ts";

interface Ports {
	db: Db;
	planning: Pick<Planning, "draft">;
	change: Pick<ChangeMigration, "start">;
}

/** As the record names who did what nobody pressed. */
const BY_POLICY = { id: "policy", name: "policy" };

/** The same for the same migration: a console that died while it planned the way back finds it again, and makes no second one. */
function wayBackId(migrationId: string): string {
	return createHash("sha256").update(`way back of ${migrationId}`).digest("hex").slice(0, 16);
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

/** Plans and starts the way back of these nodes, last first. Returns the id of its migration; the same one however often it is asked. */
export async function rollBackBatch(
	{ db, planning, change }: Ports,
	migrationId: string,
	runs: readonly { nodeId: string }[],
): Promise<string> {
	const from = await db.migration.findUniqueOrThrow({ where: { id: migrationId } });
	const id = wayBackId(migrationId);
	const there = await db.migration.findUnique({ where: { id }, select: { state: true } });
	if (!there) {
		await planning.draft({
			migrationId: id,
			clusterId: from.clusterId,
			direction: "rollback",
			nodeIds: runs.map((run) => run.nodeId),
			policy: wayBackPolicy(policySchema.parse(from.policy)),
			reason: from.reason,
			ticket: from.ticket,
			withoutApi: from.withoutApi,
			person: BY_POLICY,
		});
	}
	if (!there || there.state === "draft") await change.start(id, BY_POLICY.name, { withoutApi: from.withoutApi, personId: BY_POLICY.id });
	return id;
}
