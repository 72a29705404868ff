import type { AuditAction } from "../../lib/audit-record.ts";
import type { DecisionView } from "../../lib/contracts/decision.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import type { Db } from "../db/client.ts";
import type { AuditEvent } from "../db/generated/client.ts";

/** What is decided once a migration is planned. */
const OF_MIGRATIONS: AuditAction[] = [
	"migration.schedule",
	"migration.unschedule",
	"migration.start",
	"migration.approve",
	"migration.pause",
	"migration.resume",
	"migration.pace",
	"migration.stop",
	"migration.cancel",
	"migration.retry",
	"migration.start-rest",
	"migration.add-nodes",
	"migration.roll-back",
];
const OF_RUNS: AuditAction[] = ["run.cancel", "run.uncordon", "run.keep", "run.look-again", "run.adopt"];
const EXPLANATION: AuditAction = "migration.explain";
/** Newest ones that a page shows; the rest is in the audit. */
const MOST = 200;

/** What was decided about a migration and its nodes, newest first: who, why and by which ticket. What was refused is no decision. */
export async function decisionsAbout(db: Db, migrationId: string, personId: string | null): Promise<DecisionView[]> {
	const runs = await db.run.findMany({ where: { migrationId }, select: { id: true } });
	const ofMigration = { targetKind: "migration", targetId: migrationId };
	const ofRuns = { targetKind: "run", targetId: { in: runs.map(({ id }) => id) } };
	const [decided, explained] = await Promise.all([
		db.auditEvent.findMany({
			where: {
				outcome: "ok",
				OR: [
					{ ...ofMigration, action: { in: OF_MIGRATIONS } },
					{ ...ofRuns, action: { in: OF_RUNS } },
				],
			},
			orderBy: { id: "desc" },
			take: MOST,
		}),
		db.auditEvent.findMany({ where: { outcome: "ok", action: EXPLANATION, ...ofMigration } }),
	]);
	const reasons = new Map(explained.map((event) => [Number(valuesOf(event)["decision"]), String(valuesOf(event)["reason"] ?? "")]));
	return decided.map((event) => {
		const { reason, ticket } = valuesOf(event);
		return {
			id: event.id,
			at: event.at.toISOString(),
			by: event.actorName,
			mine: personId !== null && event.actorId === personId,
			action: event.action,
			node: event.targetKind === "run" ? event.targetName : null,
			reason: String(reason || reasons.get(event.id) || ""),
			ticket: String(ticket ?? ""),
		};
	});
}

function valuesOf({ values }: AuditEvent): Message["values"] {
	return values as Message["values"];
}
