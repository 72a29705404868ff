import type { AuditAction } from "../../lib/audit-record.ts";
import { migrationStateSchema, runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../../server/db/client.ts";
import { storedLog } from "../../server/logs/read.ts";
import { TRIED_AGAIN } from "./console/database-file.ts";
import { isRecord } from "./record.ts";
import type { Recorded, RecordedRun } from "./truth.ts";

const codeOf = (message: unknown) => (isRecord(message) ? String(message["code"]) : null);

/** What a console's database says of the migration. */
export async function recorded(db: Db, migrationId: string): Promise<Recorded> {
	const migration = await db.migration.findUniqueOrThrow({ where: { id: migrationId } });
	const rows = await db.run.findMany({
		where: { migrationId },
		orderBy: { attempt: "asc" },
		include: { steps: { orderBy: { position: "asc" } }, events: { orderBy: { id: "asc" } } },
	});
	const runs: RecordedRun[] = [];
	for (const row of rows) {
		const pieces: Uint8Array[] = [];
		for await (const piece of storedLog(db, row.id, row.logGeneration)) pieces.push(piece);
		runs.push({
			id: row.id,
			direction: row.direction === "rollback" ? "rollback" : "migrate",
			state: runStateSchema.parse(row.state),
			leaseId: row.leaseId,
			cordonedByUs: row.cordonedByUs,
			result: codeOf(row.result),
			steps: row.steps.map(({ stepId, state }) => ({ id: stepId, state })),
			events: row.events.map(({ code, values }) => ({ code, values: isRecord(values) ? values : {} })),
			log: Buffer.concat(pieces),
		});
	}
	return {
		migration: migrationStateSchema.parse(migration.state),
		runs,
		decided: await decided(db, migrationId),
		audited: await audited(db, migrationId),
	};
}

/** By the code that a decision leaves in the migration, or in the run that it makes. */
const DECISIONS: Record<string, AuditAction> = {
	"migration.scheduled": "migration.schedule",
	"migration.unscheduled": "migration.unschedule",
	"migration.started": "migration.start",
	"migration.started-as-scheduled": "migration.start",
	"migration.paused": "migration.pause",
	"migration.resumed": "migration.resume",
	"migration.stopping": "migration.stop",
	"migration.cancelling": "migration.cancel",
	[TRIED_AGAIN]: "migration.retry",
};

/** Written down by the database itself, in the transaction that made the change (DatabaseFile). */
async function decided(db: Db, migrationId: string): Promise<string[]> {
	const rows = await db.$queryRaw<{ code: string | null }[]>`SELECT code FROM "Decided" WHERE "migrationId" = ${migrationId} ORDER BY id`;
	return rows.flatMap(({ code }) => DECISIONS[code ?? ""] ?? []);
}

async function audited(db: Db, migrationId: string): Promise<string[]> {
	const rows = await db.auditEvent.findMany({ where: { targetId: migrationId, outcome: "ok" }, orderBy: { id: "asc" } });
	return rows.flatMap(({ action, values }) => {
		if (action !== "migration.retry" && action !== "migration.start-rest") return action;
		// Both buttons make further attempts.
		return Array.from({ length: Number(isRecord(values) ? values["count"] : 0) }, () => DECISIONS[TRIED_AGAIN] ?? "");
	});
}
