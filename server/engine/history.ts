import type { z } from "zod";
import { factsSchema } from "../../lib/contracts/facts.ts";
import { findingSchema } from "../../lib/contracts/finding.ts";
import type { MigrationFilters, migrationListSchema, RunFilters, runListSchema } from "../../lib/contracts/history.ts";
import type { MigrationDetail } from "../../lib/contracts/migration.ts";
import { planSchema } from "../../lib/contracts/plan.ts";
import type { MigrationView, RunEventView } from "../../lib/contracts/run.ts";
import type { RunDetail } from "../../lib/contracts/run-detail.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import { isOverridable } from "../preflight/preflight.ts";
import { approvalViews } from "./approvals.ts";
import { latestAttempts } from "./attempts.ts";
import { migrationsWhere, runsWhere } from "./history-filter.ts";
import { takenBack } from "./taken-back.ts";
import { eventViews, migrationView, migrationViews, runView, runViews } from "./views.ts";

/** Newest events that a page shows; the rest is on each run's own page. */
const MOST_EVENTS = 2_000;

interface Page {
	limit: number;
	offset: number;
}

/** Migrations, newest first, with how many nodes are in which state by their latest attempt. */
export async function listMigrations(db: Db, filter: Page & MigrationFilters, now: Date): Promise<z.output<typeof migrationListSchema>> {
	const where = migrationsWhere(filter, now);
	const [views, total] = await Promise.all([
		migrationViews(db, where, { take: filter.limit, skip: filter.offset }),
		db.migration.count({ where }),
	]);
	return { migrations: await withCounts(db, views), total };
}

/** Migrations with how many nodes are in which state by their latest attempt. */
export async function withCounts(db: Db, views: readonly MigrationView[]): Promise<(MigrationView & { counts: Record<string, number> })[]> {
	const runs = await db.run.findMany({
		where: { migrationId: { in: views.map((view) => view.id) } },
		select: { migrationId: true, nodeId: true, attempt: true, state: true },
	});
	return views.map((view) => {
		const counts: Record<string, number> = {};
		for (const run of latestAttempts(runs.filter(({ migrationId }) => migrationId === view.id))) {
			// A further attempt that could not even be planned is one that failed.
			const state = run.state === "skipped" && run.attempt > 1 ? "failed" : run.state;
			counts[state] = (counts[state] ?? 0) + 1;
		}
		return { ...view, counts };
	});
}

/** Everything of one migration but plans and logs; null where there is none. */
export async function migrationDetail(db: Db, id: string): Promise<Omit<MigrationDetail, "unavailable" | "decisions" | "reading"> | null> {
	const migration = await migrationView(db, id);
	if (!migration) return null;
	const [runs, events, approvals] = await Promise.all([
		runViews(db, { migrationId: id }),
		newestEvents(db, { migrationId: id }),
		approvalViews(db, id),
	]);
	// Nobody takes back what still goes on.
	const back = migration.endedAt === null ? [] : await takenBack(db, migration, runs);
	return { migration, runs, events, approvals, takenBack: back };
}

/** Runs, newest first. */
export async function listRuns(db: Db, filter: Page & RunFilters, now: Date): Promise<z.output<typeof runListSchema>> {
	const where = runsWhere(filter, now);
	const [runs, total] = await Promise.all([
		runViews(db, where, { take: filter.limit, skip: filter.offset, newestFirst: true }),
		db.run.count({ where }),
	]);
	return { runs, total };
}

/** One run with its plan, events and evidence; null where there is none. */
export async function runDetail(db: Db, id: string): Promise<RunDetail | null> {
	const run = await runView(db, id);
	const migration = run && (await migrationView(db, run.migrationId));
	if (!run || !migration) return null;
	const [row, events, evidence] = await Promise.all([
		db.run.findUniqueOrThrow({ where: { id }, select: { findings: true, plan: true, facts: true } }),
		newestEvents(db, { runId: id }),
		db.evidence.findMany({ where: { runId: id }, select: { name: true, text: true }, orderBy: { at: "asc" } }),
	]);
	return {
		run,
		migration,
		findings: findingSchema
			.array()
			.parse(row.findings)
			.map((finding) => ({ ...finding, overridable: isOverridable(finding.code) })),
		plan: planSchema.nullable().parse(row.plan),
		facts: factsSchema.nullable().safeParse(row.facts).data ?? null,
		events,
		evidence,
	};
}

async function newestEvents(db: Db, where: Prisma.RunEventWhereInput): Promise<RunEventView[]> {
	const oldest = await db.runEvent.findFirst({ where, orderBy: { id: "desc" }, skip: MOST_EVENTS - 1, select: { id: true } });
	return eventViews(db, { ...where, ...(oldest ? { id: { gte: oldest.id } } : {}) }, MOST_EVENTS);
}
