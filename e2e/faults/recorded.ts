import { migrationStateSchema, runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../../server/db/client.ts";
import { storedLog } from "../../server/logs/read.ts";
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
	return { migration: migrationStateSchema.parse(migration.state), runs };
}
