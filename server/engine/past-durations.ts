import { COMPLETIONS } from "../../lib/completion.ts";
import type { Direction } from "../../lib/contracts/plan.ts";
import type { Durations } from "../../lib/contracts/workload.ts";
import { spread } from "../../lib/estimate.ts";
import { wentOutMs } from "../../lib/went-out.ts";
import type { Db } from "../db/client.ts";

/** The newest ones are enough, and what is long ago was another fleet. */
const MOST_RUNS = 300;
/** So many of a cluster's own say more than any number of others'. */
const ENOUGH = 3;

/** How long nodes took that went the same way and were done, without those at either end. Waits between prepare and drain are no part of it. */
export async function pastDurations(db: Db, { clusterId, direction }: { clusterId: string; direction: Direction }): Promise<Durations> {
	const rows = await db.run.findMany({
		where: { direction, state: "done", endedAt: { not: null }, NOT: COMPLETIONS },
		orderBy: { endedAt: "desc" },
		take: MOST_RUNS,
		select: {
			endedAt: true,
			migration: { select: { clusterId: true } },
			steps: { select: { phase: true, startedAt: true, durationMs: true } },
		},
	});
	const measured = rows.flatMap(({ endedAt, migration, steps }) => {
		const wentMs = wentOutMs(steps);
		if (endedAt === null || wentMs === null) return [];
		const prepareMs = steps.reduce((sum, step) => sum + (step.phase === "prepare" ? (step.durationMs ?? 0) : 0), 0);
		return [{ own: migration.clusterId === clusterId, prepareMs, outMs: Math.max(0, endedAt.getTime() - wentMs) }];
	});
	const own = measured.filter((one) => one.own);
	const used = own.length >= ENOUGH ? own : measured;
	if (used.length === 0) return { measured: null };
	return {
		measured: {
			runs: used.length,
			ownCluster: used.every((one) => one.own),
			prepare: spread(used.map(({ prepareMs }) => prepareMs)),
			out: spread(used.map(({ outMs }) => outMs)),
		},
	};
}
