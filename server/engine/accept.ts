import type { Message } from "../../lib/contracts/finding.ts";
import { holdSchema, runStateSchema } from "../../lib/contracts/run.ts";
import { holdsUp } from "../../lib/failed-runs.ts";
import type { Db } from "../db/client.ts";
import { latestAttempts } from "./attempts.ts";
import { MigrationChangeError } from "./change-error.ts";
import { because, said } from "./codes.ts";
import type { EventWrite, WrittenWith } from "./migration-write.ts";
import { storedNames } from "./pod-gate.ts";

interface Ports {
	db: Db;
	now: () => Date;
}

interface Accepts {
	migrationId: string;
	person: string;
	why: string | undefined;
}

/** What a person takes for granted who goes on although nodes have failed. Throws `migration.changed-since` where one has that they have not seen. */
export async function acceptFailures(
	ports: Ports,
	{ migrationId, person, why }: Accepts,
	seen: readonly string[] | undefined,
): Promise<WrittenWith> {
	const { db, now } = ports;
	const runs = latestAttempts(
		await db.run.findMany({
			where: { migrationId },
			select: { id: true, nodeId: true, attempt: true, state: true, hold: true, failureSeenAt: true },
		}),
	);
	const failed = runs.filter(
		(run) =>
			run.failureSeenAt === null &&
			holdsUp({ ...run, state: runStateSchema.parse(run.state), hold: holdSchema.nullable().parse(run.hold) }),
	);
	if (seen && failed.some(({ id }) => !seen.includes(id))) throw new MigrationChangeError("migration.changed-since", {});
	const ids = failed.map(({ id }) => id);
	return {
		writes: [db.run.updateMany({ where: { id: { in: ids }, failureSeenAt: null }, data: { failureSeenAt: now() } })],
		events: ids.map((id) => eventOf(ports, id, migrationId, said("run.failure-seen", undefined, because(why)), person)),
	};
}

/** Those pods that it was held for, all of them, may go on failing. Throws `migration.reason-needed`. */
export async function acceptPods(ports: Ports, { migrationId, person, why }: Accepts, { values }: Message): Promise<WrittenWith> {
	if (!why) throw new MigrationChangeError("migration.reason-needed", {});
	const { db } = ports;
	const note = await db.podGate.findUnique({ where: { migrationId } });
	const accepted = [...new Set([...storedNames(note?.accepted), ...storedNames(note?.blocked)])];
	const told = said("run.pods-accepted", { pods: values["pods"] ?? "", count: values["count"] ?? 0, reason: because(why).why ?? "" });
	return {
		writes: [db.podGate.updateMany({ where: { migrationId }, data: { accepted, blocked: [] } })],
		events: [eventOf(ports, String(values["run"]), migrationId, told, person)],
	};
}

function eventOf({ db, now }: Ports, runId: string, migrationId: string, told: Message, actor: string): EventWrite {
	return db.runEvent.create({
		data: { runId, migrationId, code: told.code, values: told.values, actor, at: now() },
		select: { id: true },
	});
}
