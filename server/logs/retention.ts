import type { Logger } from "pino";
import { FINAL_RUN_STATES } from "../../lib/run-states.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 6 * 3_600_000;
/** Runs a statement: a log may have thousands of pieces, and other writers wait meanwhile. */
const RUNS_AT_ONCE = 20;

/** Removes what is older than `days` of the logs of runs that have ended; steps, events and results stay. Returns of how many runs. */
export async function removeOldLogs(db: Db, { days, now }: { days: number; now: Date }): Promise<number> {
	const before = new Date(now.getTime() - days * DAY_MS);
	let removed = 0;
	for (;;) {
		const runs = await db.run.findMany({
			where: { state: { in: [...FINAL_RUN_STATES] }, endedAt: { lt: before }, logRemovedAt: null, logBytes: { gt: 0 } },
			select: { id: true },
			take: RUNS_AT_ONCE,
		});
		if (runs.length === 0) return removed;
		const ids = runs.map(({ id }) => id);
		// The mark comes with the removal: a run whose log is gone always says so.
		await db.$transaction([
			db.logChunk.deleteMany({ where: { runId: { in: ids } } }),
			db.run.updateMany({
				where: { id: { in: ids } },
				data: { logRemovedAt: now, logBytes: 0, logLines: 0, logCut: Prisma.DbNull, logIntake: Prisma.DbNull },
			}),
		]);
		removed += ids.length;
	}
}

/** Looks now and every six hours, until the signal. Zero days: nothing is ever removed. */
export function keepLogsFor(days: number, { db, log, now, signal }: { db: Db; log: Logger; now: () => Date; signal: AbortSignal }): void {
	if (days === 0) return;
	const look = () =>
		removeOldLogs(db, { days, now: now() }).then(
			(count) => count > 0 && log.info({ runs: count, days }, "old logs were removed"),
			(error: unknown) => log.error({ err: error }, "old logs could not be removed"),
		);
	const timer = setInterval(() => void look(), LOOK_EVERY_MS);
	timer.unref();
	signal.addEventListener("abort", () => clearInterval(timer), { once: true });
	void look();
}
