import type { MigrationProgress } from "../../lib/contracts/overview.ts";
import type { MigrationState } from "../../lib/contracts/run.ts";
import { countRuns, mostOut, timeLeft } from "../../lib/run-counts.ts";
import type { Console } from "../console.ts";
import { migrationViews, runViews } from "../engine/views.ts";

const UNDER_WAY: MigrationState[] = ["running", "paused", "held", "stopping", "cancelling"];
/** More are not shown at once, and each is read with all of its runs. */
const MOST = 20;

/** How far the migrations that are under way are at `nowMs`, and how long the rest may take by what their own nodes took. */
export async function progressAnswer({ db }: Console, clusterId: string | undefined, nowMs: number): Promise<MigrationProgress[]> {
	const migrations = await migrationViews(db, { clusterId, state: { in: UNDER_WAY } }, { take: MOST });
	if (migrations.length === 0) return [];
	const runs = await runViews(db, { migrationId: { in: migrations.map(({ id }) => id) } });
	return migrations.map(({ id, policy, state }) => {
		const own = runs.filter((run) => run.migrationId === id);
		const { total, done, running, failed, waiting, ended, excluded } = countRuns(own);
		return {
			id,
			total,
			done,
			running,
			failed,
			waiting,
			ended: ended + excluded,
			// What waits for a person has no end that could be told.
			left: state === "running" ? timeLeft(own, mostOut(policy, own), nowMs) : null,
		};
	});
}
