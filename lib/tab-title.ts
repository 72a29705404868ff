import type { MigrationView } from "./contracts/run.ts";
import type { RunCounts } from "./run-counts.ts";

/** What a tab is called: what the page says of itself in place of `base`, and before it how much happened that nobody has seen yet. */
export function tabTitle(base: string, page: string | null, unseen: number): string {
	const name = page === null ? base : `${page} · Gantry`;
	return unseen > 0 ? `(${unseen}) ${name}` : name;
}

/**
 * What a migration's tab is called: how far it is while it goes, `12/20 · Prod-03`; how it ended or stands once nothing moves, the sign
 * first, since a tab shows little: `✓ done · CHG-8841`. `state` is the state in the reader's language.
 */
export function migrationTitle(
	migration: Pick<MigrationView, "state" | "clusterName" | "ticket">,
	counts: RunCounts,
	state: string,
): string {
	const name = migration.ticket || migration.clusterName;
	switch (migration.state) {
		case "running":
		case "stopping":
		case "cancelling":
			return `${counts.done}/${counts.total - counts.excluded} · ${migration.clusterName}`;
		case "done":
			return `✓ ${state} · ${name}`;
		case "done-with-failures":
			return `✕ ${state} · ${name}`;
		case "held":
		case "paused":
			return `! ${state} · ${name}`;
		case "draft":
		case "scheduled":
		case "cancelled":
			return `${state} · ${name}`;
		default:
			return migration.state satisfies never;
	}
}
