import type { MigrationFilters, RunFilters } from "../../lib/contracts/history.ts";
import { PLANNED_MIGRATION_STATES } from "../../lib/run-states.ts";
import type { Prisma } from "../db/generated/client.ts";

type Stretch = Pick<RunFilters, "lastS" | "from" | "to">;

const TOLD = ["reason", "ticket", "createdBy"] as const;

/** The runs that filters leave. What was only planned is not history. */
export function runsWhere(filter: RunFilters, now: Date): Prisma.RunWhereInput {
	const { nodeId, migrationId, clusterId, direction, state, q } = filter;
	const told = TOLD.map((column) => ({ migration: { [column]: { contains: q } } }));
	return {
		nodeId,
		migrationId,
		direction,
		state,
		migration: { clusterId, state: { notIn: [...PLANNED_MIGRATION_STATES] } },
		AND: [...within(filter, now, UNDER_WAY_RUN), ...(q ? [{ OR: [{ nodeName: { contains: q } }, ...told] }] : [])],
	};
}

/** The migrations that filters leave. */
export function migrationsWhere(filter: MigrationFilters, now: Date): Prisma.MigrationWhereInput {
	const { clusterId, direction, state, started, q } = filter;
	const told = TOLD.map((column) => ({ [column]: { contains: q } }));
	return {
		clusterId,
		direction,
		AND: [
			...(state ? [{ state }] : []),
			...(started ? [{ state: { notIn: [...PLANNED_MIGRATION_STATES] } }] : []),
			...within(filter, now, { endedAt: null }),
			...(q ? [{ OR: [{ runs: { some: { nodeName: { contains: q } } } }, ...told] }] : []),
		],
	};
}

/** A node that was left out from the beginning has no end, and was never under way. */
const UNDER_WAY_RUN = { endedAt: null, state: { not: "skipped" } };

/** What was under way at some moment of the stretch, or made in it: it began before its end and had not ended before its beginning. */
function within<Open extends { endedAt: null }>({ lastS, from, to }: Stretch, now: Date, open: Open) {
	const since = lastS === undefined ? from : new Date(now.getTime() - lastS * 1_000);
	return [
		...(since === undefined ? [] : [{ OR: [open, { endedAt: { gte: since } }, { createdAt: { gte: since } }] }]),
		...(to === undefined ? [] : [{ createdAt: { lte: to } }]),
	];
}
