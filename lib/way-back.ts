import { isCompletion } from "./completion.ts";
import type { MigrationDetail } from "./contracts/migration.ts";
import type { MigrationView, RunView } from "./contracts/run.ts";
import { latestRuns } from "./run-grid.ts";

/** The migration by which the nodes of this one went back as a batch, because too many had failed; null where none did. */
export function wayBackOf({ stateWhy }: Pick<MigrationView, "stateWhy">): string | null {
	return stateWhy?.code === "migration.rolled-back" ? String(stateWhy.values["migration"]) : null;
}

/** The node that another migration works on, so that none of this one goes back yet; null where nothing is waited for. */
export function busyOf({ stateWhy }: Pick<MigrationView, "stateWhy">): { node: string; migration: string } | null {
	const { busy, busyIn } = stateWhy?.code === "migration.rolling-back" ? stateWhy.values : {};
	return busy === undefined || busyIn === undefined ? null : { node: String(busy), migration: String(busyIn) };
}

/** What a migration took over and may be taken back, by the newest attempt of each node: it left a snapshot of Docker. */
export function tookOver(runs: readonly RunView[]): RunView[] {
	return latestRuns(runs).flatMap(({ run }) => (run.state === "done" && run.direction === "migrate" && !isCompletion(run) ? [run] : []));
}

/** Nodes that another migration takes back, or has. */
export interface TakenBack {
	migrationId: string;
	/** False while they are on their way. */
	over: boolean;
	count: number;
}

/** Which of a migration's nodes are there to be taken back, and which another one takes back already. */
export function waysBack({ runs, takenBack }: Pick<MigrationDetail, "runs" | "takenBack">): { open: RunView[]; taken: TakenBack[] } {
	const byRun = new Map(takenBack.map((one) => [one.runId, one]));
	const taken = new Map<string, TakenBack>();
	const open: RunView[] = [];
	for (const run of tookOver(runs)) {
		const back = byRun.get(run.id);
		if (!back) {
			open.push(run);
			continue;
		}
		const { migrationId, over } = back;
		const key = `${migrationId} ${over}`;
		taken.set(key, { migrationId, over, count: (taken.get(key)?.count ?? 0) + 1 });
	}
	// What goes on stands before what is over.
	return { open, taken: [...taken.values()].sort((a, b) => Number(a.over) - Number(b.over)) };
}
