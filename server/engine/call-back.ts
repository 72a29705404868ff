import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import type { Prisma } from "../db/generated/client.ts";
import { isNotThere } from "../db/not-there.ts";
import { MigrationChangeError } from "./change-error.ts";
import { because, said } from "./codes.ts";
import { CANCELLABLE } from "./transitions.ts";

export interface CallBackPorts {
	db: Db;
	onRunChanged: (runId: string) => void;
	onEvent: (eventId: number) => void;
	now: () => Date;
}

/** Who calls which run back. */
interface CalledBack {
	runId: string;
	migrationId: string;
	/** Null: no person. */
	person: string | null;
	why: string | undefined;
	commit?: Commit | undefined;
}

/**
 * One node: before its cutover it cleans up, afterwards it goes back. After the commit only a rollback takes it back. Throws `run.not-found`,
 * `run.wrong-state`.
 */
export async function cancelRun(ports: CallBackPorts, asked: Omit<CalledBack, "migrationId">): Promise<void> {
	const { db } = ports;
	const { runId } = asked;
	const run = await db.run.findUnique({ where: { id: runId }, select: { migrationId: true } });
	if (!run) throw new MigrationChangeError("run.not-found", { run: runId });
	const called = { ...asked, migrationId: run.migrationId };
	if ((await neverStart(ports, called)) || (await askBack(ports, called))) return;
	const now = await db.run.findUniqueOrThrow({ where: { id: runId }, select: { state: true } });
	throw new MigrationChangeError("run.wrong-state", { run: runId, state: now.state });
}

/** A run that nobody works on yet ends here; false where it is further. */
function neverStart(ports: CallBackPorts, called: CalledBack): Promise<boolean> {
	const told = said("run.cancelled");
	const at = ports.now();
	const { migrationId, person, why } = called;
	return changeRun(
		ports,
		called,
		{ state: "queued", leaseId: null },
		{
			state: "cancelled",
			endedAt: at,
			result: { ...told },
			version: { increment: 1 },
			// Without it the waves are others.
			migration: { update: { version: { increment: 1 } } },
		},
		{ migrationId, code: told.code, values: { from: "queued", to: "cancelled", ...because(why) }, actor: person, at },
	);
}

/** Asks whoever carries the run to end it, once; false where it cannot be called back any more. */
export async function askBack(ports: CallBackPorts, called: CalledBack): Promise<boolean> {
	const { runId, migrationId, person, why } = called;
	const told = said("run.cancel-requested", undefined, because(why));
	const event = { migrationId, code: told.code, values: told.values, actor: person, at: ports.now() };
	// Of two who ask at the same moment one is on record.
	if (await changeRun(ports, called, { state: { in: [...CANCELLABLE] }, request: null }, { request: "cancel" }, event)) return true;
	const asked = { id: runId, state: { in: [...CANCELLABLE] }, request: "cancel" };
	return (await ports.db.run.count({ where: asked })) > 0;
}

/** False where the run is not (any more) what `where` says, and nothing is written. */
async function changeRun(
	{ db, onEvent, onRunChanged }: CallBackPorts,
	{ runId, commit = alone(db) }: Pick<CalledBack, "runId" | "commit">,
	where: Pick<Prisma.RunWhereUniqueInput, "state" | "leaseId" | "request">,
	data: Prisma.RunUpdateInput,
	event: Prisma.RunEventUncheckedCreateWithoutRunInput,
): Promise<boolean> {
	try {
		const [row] = await commit([
			db.run.update({
				where: { ...where, id: runId },
				data: { ...data, events: { create: event } },
				select: { events: { orderBy: { id: "desc" }, take: 1, select: { id: true } } },
			}),
		]);
		for (const { id } of row.events) onEvent(id);
		onRunChanged(runId);
		return true;
	} catch (error) {
		if (isNotThere(error)) return false;
		throw error;
	}
}
