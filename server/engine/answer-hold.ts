import type { HoldAnswer } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import { MigrationChangeError } from "./change-error.ts";
import { said } from "./codes.ts";

export interface AnswerHoldPorts {
	db: Db;
	onRunChanged: (runId: string) => void;
	onEvent: (eventId: number) => void;
	now: () => Date;
}

/**
 * A person says what becomes of a node that is held for a look; whoever carries the run takes it up at its next look, within seconds. Of
 * two answers the first counts, and a call back is one. `reason` is for the record of what is kept. Throws `run.not-found`, and
 * `run.not-held` where it is not held, its time is over or somebody has answered already.
 */
export async function answerHold(
	{ db, onRunChanged, onEvent, now }: AnswerHoldPorts,
	runId: string,
	answer: HoldAnswer,
	{ person, reason = "" }: { person: string; reason?: string },
): Promise<void> {
	const run = await db.run.findUnique({ where: { id: runId }, select: { nodeName: true, migrationId: true } });
	if (!run) throw new MigrationChangeError("run.not-found", { run: runId });
	const node = run.nodeName;
	const told = answer === "keep" ? said("run.kept", { node, reason }) : said("run.look-again", { node });
	try {
		const row = await db.run.update({
			where: { id: runId, state: "verifying", hold: "held", holdAnswer: null, request: null },
			data: {
				holdAnswer: answer,
				events: { create: { migrationId: run.migrationId, code: told.code, values: told.values, actor: person, at: now() } },
			},
			select: { events: { orderBy: { id: "desc" }, take: 1, select: { id: true } } },
		});
		for (const { id } of row.events) onEvent(id);
		onRunChanged(runId);
	} catch (error) {
		if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025")) throw error;
		throw new MigrationChangeError("run.not-held", { node });
	}
}
