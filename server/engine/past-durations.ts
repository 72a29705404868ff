import { COMPLETIONS } from "../../lib/completion.ts";
import type { Direction } from "../../lib/contracts/plan.ts";
import type { Durations } from "../../lib/contracts/workload.ts";
import { timesOf, timeTaken } from "../../lib/estimate.ts";
import type { Db } from "../db/client.ts";

/** The newest ones are enough, and what is long ago was another fleet. */
const MOST_RUNS = 300;
/** So many of a cluster's own say more than any number of others'. */
const ENOUGH = 3;

/** How long nodes took that went the same way and were done, without those at either end. */
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
		const taken = endedAt && timeTaken(steps, endedAt.getTime());
		return taken ? [{ ...taken, own: migration.clusterId === clusterId }] : [];
	});
	const own = measured.filter((one) => one.own);
	const used = own.length >= ENOUGH ? own : measured;
	if (used.length === 0) return { measured: null };
	return {
		measured: {
			runs: used.length,
			ownCluster: used.every((one) => one.own),
			...timesOf(used),
		},
	};
}
