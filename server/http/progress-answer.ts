import type { MigrationProgress } from "../../lib/contracts/overview.ts";
import type { MigrationState } from "../../lib/contracts/run.ts";
import { countRuns } from "../../lib/run-counts.ts";
import { ownTimes, timeLeft } from "../../lib/time-left.ts";
import type { Console } from "../console.ts";
import { pastDurations } from "../engine/past-durations.ts";
import { migrationViews, runViews } from "../engine/views.ts";

const UNDER_WAY: MigrationState[] = ["running", "paused", "held", "stopping", "cancelling"];
/** More are not shown at once, and each is read with all of its runs. */
const MOST = 20;

/** How far the migrations that are under way are at `nowMs`, and how long the rest may take. */
export async function progressAnswer({ db }: Pick<Console, "db">, within: string | undefined, nowMs: number): Promise<MigrationProgress[]> {
	const migrations = await migrationViews(db, { clusterId: within, state: { in: UNDER_WAY } }, { take: MOST });
	if (migrations.length === 0) return [];
	const runs = await runViews(db, { migrationId: { in: migrations.map(({ id }) => id) } });
	const answers: MigrationProgress[] = [];
	for (const migration of migrations) {
		const { id, clusterId, direction, state } = migration;
		const own = runs.filter((run) => run.migrationId === id);
		// Hundreds of runs are read for it, and not needed once a node of its own is done.
		const past = state === "running" && ownTimes(own) === null ? (await pastDurations(db, { clusterId, direction })).measured : null;
		const { total, done, running, blocked, unknown, failed, waiting, ended, excluded } = countRuns(own, nowMs);
		answers.push({
			id,
			total,
			done,
			running,
			blocked,
			unknown,
			failed,
			waiting,
			ended: ended + excluded,
			left: timeLeft({ migration, runs: own, past, nowMs }),
		});
	}
	return answers;
}
