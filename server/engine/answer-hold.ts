import type { HoldAnswer } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { isNotThere } from "../db/not-there.ts";
import { MigrationChangeError } from "./change-error.ts";
import { because, said } from "./codes.ts";

export interface AnswerHoldPorts {
	db: Db;
	onRunChanged: (runId: string) => void;
	onEvent: (eventId: number) => void;
	now: () => Date;
}

/**
 * A person says what becomes of a node that is held for a look; whoever carries the run takes it up at its next look, within seconds. Of
 * two answers the first counts, and a call back is one. `reason` is for the run's events. Throws `run.not-found`, and
 * `run.not-held` where it is not held, its time is over or somebody has answered already.
 */
export async function answerHold(
	{ db, onRunChanged, onEvent, now }: AnswerHoldPorts,
	runId: string,
	answer: HoldAnswer,
	{ person, reason = "", commit = alone(db) }: { person: string; reason?: string; commit?: Commit },
): Promise<void> {
	const run = await db.run.findUnique({ where: { id: runId }, select: { nodeName: true, migrationId: true } });
	if (!run) throw new MigrationChangeError("run.not-found", { run: runId });
	const node = run.nodeName;
	const told = answer === "keep" ? said("run.kept", { node, reason }) : said("run.look-again", { node }, because(reason));
	try {
		const [row] = await commit([
			db.run.update({
				where: { id: runId, state: "verifying", hold: "held", holdAnswer: null, request: null },
				data: {
					holdAnswer: answer,
					events: { create: { migrationId: run.migrationId, code: told.code, values: told.values, actor: person, at: now() } },
				},
				select: { events: { orderBy: { id: "desc" }, take: 1, select: { id: true } } },
			}),
		]);
		for (const { id } of row.events) onEvent(id);
		onRunChanged(runId);
	} catch (error) {
		if (!isNotThere(error)) throw error;
		throw new MigrationChangeError("run.not-held", { node });
	}
}
