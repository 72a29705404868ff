import { migrationCode } from "./attention.ts";
import type { AttentionItem } from "./contracts/attention.ts";
import type { MigrationView, RunView } from "./contracts/run.ts";
import { isBlocked, isHeld } from "./run-status.ts";

/** What whoever watches a migration is told: how it ended, or what it needs them for. */
export interface Notice {
	/** The same for the same thing in every tab. */
	key: string;
	code: "done" | "done-with-failures" | "cancelled" | AttentionItem["code"];
	values: Record<string, string | number>;
	href: string;
}

/** What a tab remembers of a migration. */
export type KnownMigration = Pick<MigrationView, "state" | "stateWhy">;

/**
 * What is told when a migration is heard of that was as `before`; null where it goes on by itself, and where nobody knows how it was: then
 * it may have been so for days.
 */
export function migrationNotice(before: KnownMigration | undefined, after: MigrationView): Notice | null {
	if (before === undefined || (before.state === after.state && before.stateWhy?.code === after.stateWhy?.code)) return null;
	const { id, state, ticket, reason, clusterName } = after;
	const code = isEnd(state) ? (state === before.state ? null : state) : needed(after);
	if (code === null) return null;
	return {
		key: `${id}:${code}`,
		code,
		values: { migration: ticket || reason || id, cluster: clusterName, count: 0 },
		href: `/migrations/${id}`,
	};
}

function isEnd(state: MigrationView["state"]): state is "done" | "done-with-failures" | "cancelled" {
	return state === "done" || state === "done-with-failures" || state === "cancelled";
}

/** Failures one by one and a missing approval are no news: the first are told as the migration is held, the other is known to who planned it. */
function needed(after: MigrationView): AttentionItem["code"] | null {
	return migrationCode({ ...after, counts: {}, approved: true }, 0);
}

/** What a run comes to that a person has to look at now, or null. */
export function runNeeds(run: Pick<RunView, "state" | "waiting" | "hold">): "hands" | "node-held" | "drain-blocked" | null {
	if (run.state === "revert-failed") return "hands";
	if (isHeld(run)) return "node-held";
	return isBlocked(run) ? "drain-blocked" : null;
}

/** As migrationNotice, of one node. `before`: what it needed when it was last heard of; undefined where it never was. */
export function runNotice(before: ReturnType<typeof runNeeds> | undefined, after: RunView): Notice | null {
	const code = runNeeds(after);
	if (before === undefined || code === null || code === before) return null;
	const { id, migrationId, nodeName, clusterName } = after;
	const href = `/migrations/${migrationId}?node=${encodeURIComponent(nodeName)}`;
	return { key: `${id}:${code}`, code, values: { node: nodeName, cluster: clusterName }, href };
}
