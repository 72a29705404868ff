import type { QueryClient } from "@tanstack/react-query";
import type { MigrationDetail } from "./contracts/migration.ts";
import type { NodeDetail } from "./contracts/node-page.ts";
import type { RunView } from "./contracts/run.ts";
import type { RunDetail } from "./contracts/run-detail.ts";
import { keys } from "./query-keys.ts";
import { isFinalRun } from "./run-status.ts";

export interface NextRevert {
	nodeName: string;
	/** Milliseconds since 1970, by the console's clock. */
	atMs: number;
	/** True where every deadline has passed; then this is the last of them. */
	passed: boolean;
	/** Nodes whose deadline comes later. */
	later: number;
}

/** The next moment at which a node goes back by itself, as far as these runs tell; null where no revert is armed. */
export function nextRevert(runs: readonly RunView[], nowMs: number): NextRevert | null {
	const armed = runs
		.filter((run) => run.revertAt !== null && !isFinalRun(run))
		.map(({ nodeName, revertAt }) => ({ nodeName, atMs: Date.parse(revertAt ?? "") }))
		.sort((one, other) => one.atMs - other.atMs);
	const ahead = armed.filter(({ atMs }) => atMs > nowMs);
	const next = ahead[0] ?? armed.at(-1);
	return next ? { ...next, passed: ahead.length === 0, later: Math.max(0, ahead.length - 1) } : null;
}

/** Every run that the page has read or heard of, each as it was last. */
export function cachedRuns(queries: QueryClient): RunView[] {
	const read = <Data>(queryKey: readonly unknown[]) =>
		queries.getQueriesData<Data>({ queryKey }).flatMap(([, data]) => (data === undefined ? [] : [data]));
	const runs = [
		...read<RunView[]>(keys.runs.armed()).flat(),
		...read<RunDetail>([...keys.runs.all, "detail"]).map((detail) => detail.run),
		...read<{ runs: RunView[] }>([...keys.runs.all, "list"]).flatMap((list) => list.runs),
		...read<MigrationDetail>([...keys.migrations.all, "detail"]).flatMap((detail) => detail.runs),
		...read<NodeDetail>([...keys.nodes.all, "detail"]).flatMap((detail) => detail.runs),
	];
	const newest = new Map<string, RunView>();
	for (const run of runs) if ((newest.get(run.id)?.version ?? -1) < run.version) newest.set(run.id, run);
	return [...newest.values()];
}
