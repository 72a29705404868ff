import { z } from "zod";
import { factsSchema } from "../../lib/contracts/facts.ts";
import { messageSchema } from "../../lib/contracts/finding.ts";
import { directionSchema, planSchema, policySchema } from "../../lib/contracts/plan.ts";
import { holdAnswerSchema, holdSchema, runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import type { RunRecord } from "./ports.ts";

const beforeSchema = z.object({
	unschedulable: z.boolean(),
	annotations: z.record(z.string(), z.string()),
	pods: z.array(z.string()),
	owners: z.array(z.object({ uid: z.string(), label: z.string() })).optional(),
	devices: z.record(z.string(), z.number()).optional(),
	drain: z.object({ startedAtMs: z.number(), total: z.number() }).optional(),
});
const sinceSchema = z.object({ bootId: z.string(), uptimeS: z.number() });
const RUN_WITH_MIGRATION = { migration: true } as const;
type Row = NonNullable<Awaited<ReturnType<typeof find>>>;
const find = (db: Db, id: string) => db.run.findUnique({ where: { id }, include: RUN_WITH_MIGRATION });

/** A run's row as the engine uses it; what is stored as JSON is validated on the way out. Throws where it is missing. */
export async function loadRecord(db: Db, runId: string): Promise<RunRecord> {
	const row = await find(db, runId);
	if (!row) throw new Error(`run ${runId} does not exist`);
	return toRecord(row);
}

function toRecord(row: Row): RunRecord {
	return {
		id: row.id,
		migrationId: row.migrationId,
		clusterId: row.migration.clusterId,
		nodeId: row.nodeId,
		nodeName: row.nodeName,
		direction: directionSchema.parse(row.direction),
		position: row.position,
		attempt: row.attempt,
		previousId: row.previousId,
		state: runStateSchema.parse(row.state),
		version: row.version,
		request: row.request === "cancel" ? "cancel" : null,
		hold: row.hold === null ? null : { kind: holdSchema.parse(row.hold), since: sinceSchema.parse(row.holdSince) },
		holdAnswer: holdAnswerSchema.nullable().parse(row.holdAnswer),
		plan: planSchema.parse(row.plan),
		facts: factsSchema.parse(row.facts),
		policy: policySchema.parse(row.migration.policy),
		before: beforeSchema.nullable().parse(row.before),
		withoutApi: row.withoutApi,
		cordonedByUs: row.cordonedByUs,
		verified: row.verified === "cluster" || row.verified === "node" ? row.verified : null,
		result: messageSchema.nullable().parse(row.result),
		seen: row.seenAt !== null,
		fence: row.fence,
		asked: { by: row.migration.createdBy, reason: row.migration.reason, ticket: row.migration.ticket },
	};
}
