import type { Message } from "../../lib/contracts/finding.ts";
import { messageSchema } from "../../lib/contracts/finding.ts";
import { directionSchema, keptOverrideSchema, policySchema } from "../../lib/contracts/plan.ts";
import {
	holdAnswerSchema,
	holdSchema,
	logCutSchema,
	type MigrationView,
	migrationStateSchema,
	type RunEventView,
	type RunStepView,
	type RunView,
	runStateSchema,
	stepStateSchema,
} from "../../lib/contracts/run.ts";
import type { ScheduleView } from "../../lib/contracts/schedule.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import { RUNS_DIR } from "../plan/layout.ts";
import { passedGates } from "./gates.ts";
import { type PlanSummary, planSummaries } from "./plan-summary.ts";
import { storedScheduleSchema } from "./schedule.ts";

const RUN_SELECT = {
	id: true,
	migrationId: true,
	nodeId: true,
	nodeName: true,
	direction: true,
	position: true,
	attempt: true,
	previousId: true,
	state: true,
	version: true,
	request: true,
	hold: true,
	holdAnswer: true,
	waiting: true,
	result: true,
	verified: true,
	cordonedByUs: true,
	withoutApi: true,
	overrides: true,
	fromRuntime: true,
	toRuntime: true,
	revertAt: true,
	seenAt: true,
	logGeneration: true,
	logBytes: true,
	logLines: true,
	logCut: true,
	logRemovedAt: true,
	createdAt: true,
	startedAt: true,
	endedAt: true,
	steps: { orderBy: { position: "asc" } },
	migration: { select: { clusterId: true, cluster: { select: { name: true } } } },
} as const satisfies Prisma.RunSelect;
type RunRow = Prisma.RunGetPayload<{ select: typeof RUN_SELECT }>;

const MIGRATION_INCLUDE = { cluster: { select: { name: true } } } as const;
type MigrationRow = Prisma.MigrationGetPayload<{ include: typeof MIGRATION_INCLUDE }>;

const time = (date: Date | null) => date?.toISOString() ?? null;
const message = (value: Prisma.JsonValue | null): Message | null => messageSchema.nullable().parse(value);

/** Runs as the pages show them, in the migration's order. */
export async function runViews(
	db: Db,
	where: Prisma.RunWhereInput,
	page?: { take: number; skip?: number; newestFirst?: boolean },
): Promise<RunView[]> {
	const rows = await db.run.findMany({
		where,
		select: RUN_SELECT,
		orderBy: page?.newestFirst ? [{ createdAt: "desc" }, { id: "desc" }] : [{ position: "asc" }, { attempt: "asc" }],
		...(page ? { take: page.take, skip: page.skip ?? 0 } : {}),
	});
	const plans = await planSummaries(
		db,
		rows.map((row) => row.id),
	);
	return rows.map((row) => toRunView(row, plans.get(row.id) ?? null));
}

export async function runView(db: Db, id: string): Promise<RunView | null> {
	const row = await db.run.findUnique({ where: { id }, select: RUN_SELECT });
	return row ? toRunView(row, (await planSummaries(db, [id])).get(id) ?? null) : null;
}

function toRunView(row: RunRow, plan: PlanSummary | null): RunView {
	return {
		id: row.id,
		migrationId: row.migrationId,
		clusterId: row.migration.clusterId,
		clusterName: row.migration.cluster.name,
		nodeId: row.nodeId,
		nodeName: row.nodeName,
		direction: directionSchema.parse(row.direction),
		position: row.position,
		attempt: row.attempt,
		previousId: row.previousId,
		controlPlane: plan?.controlPlane ?? false,
		state: runStateSchema.parse(row.state),
		version: row.version,
		request: row.request,
		hold: holdSchema.nullable().parse(row.hold),
		holdAnswer: holdAnswerSchema.nullable().parse(row.holdAnswer),
		waiting: message(row.waiting),
		result: message(row.result),
		verified: row.verified === "cluster" || row.verified === "node" ? row.verified : null,
		cordonedByUs: row.cordonedByUs,
		withoutApi: row.withoutApi,
		overrides: keptOverrideSchema.array().parse(row.overrides),
		fromRuntime: row.fromRuntime,
		toRuntime: row.toRuntime,
		revertAt: time(row.revertAt),
		seenAt: time(row.seenAt),
		logGeneration: row.logGeneration,
		logBytes: row.logBytes,
		logLines: row.logLines,
		logCut: logCutSchema.nullable().parse(row.logCut),
		logRemovedAt: time(row.logRemovedAt),
		createdAt: row.createdAt.toISOString(),
		startedAt: time(row.startedAt),
		endedAt: time(row.endedAt),
		byHand: plan && row.startedAt ? `sudo sh ${RUNS_DIR}/${row.id}/revert.sh by-hand` : null,
		scriptSha256: plan?.scriptSha256 ?? null,
		factsDigest: plan?.factsDigest ?? null,
		steps: row.steps.map(toStepView),
	};
}

function toStepView(step: RunRow["steps"][number]): RunStepView {
	return {
		id: step.stepId,
		position: step.position,
		phase: step.phase as RunStepView["phase"],
		where: step.where === "node" ? "node" : "console",
		state: stepStateSchema.parse(step.state),
		startedAt: time(step.startedAt),
		durationMs: step.durationMs,
		logLine: step.logLine,
	};
}

/** Migrations, newest first. */
export async function migrationViews(
	db: Db,
	where: Prisma.MigrationWhereInput,
	page: { take: number; skip?: number },
): Promise<MigrationView[]> {
	const rows = await db.migration.findMany({
		where,
		include: MIGRATION_INCLUDE,
		orderBy: [{ createdAt: "desc" }, { id: "desc" }],
		take: page.take,
		skip: page.skip ?? 0,
	});
	return rows.map(toMigrationView);
}

export async function migrationView(db: Db, id: string): Promise<MigrationView | null> {
	const row = await db.migration.findUnique({ where: { id }, include: MIGRATION_INCLUDE });
	return row ? toMigrationView(row) : null;
}

function toMigrationView(row: MigrationRow): MigrationView {
	return {
		id: row.id,
		clusterId: row.clusterId,
		clusterName: row.cluster.name,
		direction: directionSchema.parse(row.direction),
		state: migrationStateSchema.parse(row.state),
		stateWhy: message(row.stateWhy),
		policy: policySchema.parse(row.policy),
		schedule: scheduleView(row),
		passed: passedGates(row.gates),
		reason: row.reason,
		ticket: row.ticket,
		withoutApi: row.withoutApi,
		createdBy: row.createdBy,
		createdAt: row.createdAt.toISOString(),
		startedAt: time(row.startedAt),
		endedAt: time(row.endedAt),
	};
}

function scheduleView({ startAt, schedule }: MigrationRow): ScheduleView | null {
	if (startAt === null) return null;
	const { person, timeZone } = storedScheduleSchema.parse(schedule);
	return { startAt: startAt.toISOString(), timeZone, by: person.name };
}

/** Events of a run or a migration after `afterId`, oldest first. */
export async function eventViews(db: Db, where: Prisma.RunEventWhereInput, take: number): Promise<RunEventView[]> {
	const rows = await db.runEvent.findMany({ where, orderBy: { id: "asc" }, take, include: { run: { select: { nodeName: true } } } });
	return rows.map((row) => ({
		id: row.id,
		runId: row.runId,
		migrationId: row.migrationId,
		nodeName: row.run.nodeName,
		code: row.code,
		values: row.values as RunEventView["values"],
		actor: row.actor,
		at: row.at.toISOString(),
	}));
}
