import type { z } from "zod";
import type { AuditAction } from "../../lib/audit-record.ts";
import type {
	keepInputSchema,
	MigrationDetail,
	migrationActionInputSchema,
	migrationActionSchema,
	planInputSchema,
	uncordonAnswerSchema,
} from "../../lib/contracts/api.ts";
import type { runDecisionInputSchema } from "../../lib/contracts/decision.ts";
import { keptOverrideSchema, policySchema } from "../../lib/contracts/plan.ts";
import type { HoldAnswer } from "../../lib/contracts/run.ts";
import { asksWhy } from "../../lib/decisions.ts";
import { fieldChanges } from "../../lib/field-changes.ts";
import { decisionsAbout } from "../audit/decisions.ts";
import type { Console } from "../console.ts";
import { discardDraft } from "../engine/drafts.ts";
import { migrationDetail } from "../engine/history.ts";
import { whyNotStart } from "../engine/start-check.ts";
import { migrationView } from "../engine/views.ts";
import { isOverridable } from "../preflight/preflight.ts";
import { inTime } from "./node-answers.ts";
import { HttpError } from "./problem.ts";
import type { AuditNote, RouteContext } from "./route.ts";
import { scheduleMigration } from "./schedule-answers.ts";
import { startRefusal } from "./start-refusal.ts";

export type MigrationAction = z.output<typeof migrationActionSchema>;

export const AUDIT_OF_ACTION: Record<MigrationAction, AuditAction> = {
	start: "migration.start",
	schedule: "migration.schedule",
	unschedule: "migration.unschedule",
	pause: "migration.pause",
	resume: "migration.resume",
	stop: "migration.stop",
	cancel: "migration.cancel",
	"retry-failed": "migration.retry",
	"start-not-started": "migration.start-rest",
	discard: "migration.delete",
	"change-pace": "migration.pace",
	approve: "migration.approve",
	"add-nodes": "migration.add-nodes",
	explain: "migration.explain",
	"check-again": "migration.check-again",
	"leave-out": "migration.leave-out",
};

/** The list of nodes that are out is at most 2 s old, and a page does not wait for a silent API, milliseconds. */
const UNAVAILABLE_LIMIT_MS = 1_500;

/** Throws 404. */
export async function migrationAnswer(console: Console, id: string, personId: string): Promise<MigrationDetail> {
	const [detail, decisions] = await Promise.all([migrationDetail(console.db, id), decisionsAbout(console.db, id, personId)]);
	if (!detail) throw notFound(id);
	const open = ["draft", "scheduled", "running", "paused", "held", "stopping"].includes(detail.migration.state);
	const names = open ? await inTime(console.refresher.unavailableNodes(detail.migration.clusterId), UNAVAILABLE_LIMIT_MS, null) : null;
	return { ...detail, decisions, unavailable: [...(names ?? [])].sort() };
}

/** Probes and plans the chosen nodes; returns the draft's id. Throws 404, 422 where a node is not of this cluster or its API is to be left out for nothing. */
export async function draftMigration(context: RouteContext<unknown, unknown, z.output<typeof planInputSchema>>): Promise<string> {
	const { console, body, person, note } = context;
	const cluster = await console.clusters.get(body.clusterId);
	const { direction, reason, ticket } = body;
	note({
		target: { kind: "cluster", id: cluster.id, name: cluster.name },
		values: { direction, count: body.nodeIds.length, reason, ticket },
		// What nobody chose is not worth a line.
		changes: fieldChanges(policySchema.parse({}), body.policy),
	});
	const nodes = new Map((await console.nodes.list({ clusterId: body.clusterId })).map((node) => [node.id, node]));
	const stranger = body.nodeIds.find((id) => !nodes.has(id));
	if (stranger !== undefined) throw new HttpError(422, "migration.node-not-in-cluster", { id: stranger, cluster: cluster.name });
	const { policy } = body;
	if (policy.ticketNeeded && body.ticket === "") throw new HttpError(422, "migration.ticket-needed");
	// An approval that nobody could give would keep the migration from ever starting.
	if (policy.approval.byAnother && (await console.db.user.count()) < 2) throw new HttpError(422, "migration.no-other-person");
	const canary = (body.policy.rollout.canary?.nodeIds ?? []).find((id) => !body.nodeIds.includes(id) || nodes.get(id)?.controlPlane);
	if (canary !== undefined) throw new HttpError(422, "migration.not-a-canary", { node: nodes.get(canary)?.name ?? canary });
	const override = body.overrides.find(({ nodeId, code }) => !isOverridable(code) || !body.nodeIds.includes(nodeId));
	if (override)
		throw new HttpError(422, "migration.not-overridable", {
			code: override.code,
			node: nodes.get(override.nodeId)?.name ?? override.nodeId,
		});
	if (body.overrides.length > 0 && body.overrideReason === "") throw new HttpError(422, "migration.override-reason-needed");
	const known = body.nodeIds.map((id) => nodes.get(id)).filter((node) => cluster.hasApi && node?.manual === false);
	const absent = body.overrides.find(({ nodeId, code }) => code === "cluster.api.absent" && known.some((node) => node?.id === nodeId));
	if (absent)
		throw new HttpError(422, "migration.without-api-refused", { cluster: cluster.name, node: nodes.get(absent.nodeId)?.name ?? "" });
	if (body.withoutApi && known.length === body.nodeIds.length)
		throw new HttpError(422, "migration.without-api-refused", { cluster: cluster.name, node: known[0]?.name ?? "" });
	const nodeIds = [...new Set(body.nodeIds)];
	const { draftId, ...request } = body;
	if (draftId) await console.drafts.get(person.id, draftId);
	const check = draftId ? console.checks.begin(draftId, nodeIds) : null;
	let id: string;
	try {
		id = await console.engine.planning.draft({
			...request,
			nodeIds,
			person: { id: person.id, name: person.email },
			...(check ? { onNode: check.tell } : {}),
		});
		if (draftId) await console.drafts.planned(person.id, draftId, id);
	} finally {
		check?.end();
	}
	await recordOverrides(context, id);
	return id;
}

/** One line for each finding that a node goes in spite of, by its own code. */
async function recordOverrides({ console: { db, audit }, actor }: Pick<ActionContext, "console" | "actor">, id: string): Promise<void> {
	const runs = await db.run.findMany({
		where: { migrationId: id },
		select: { nodeName: true, overrides: true },
		orderBy: { position: "asc" },
	});
	const cluster = await db.migration.findUniqueOrThrow({ where: { id }, select: { cluster: { select: { name: true } } } });
	const target = { kind: "migration" as const, id, name: cluster.cluster.name };
	for (const run of runs)
		for (const { code, reason } of keptOverrideSchema.array().parse(run.overrides))
			await audit.record({ actor, action: "migration.override", target, values: { code, node: run.nodeName, reason } });
}

type ActionContext = RouteContext<{ id: string; action: MigrationAction }, unknown, z.output<typeof migrationActionInputSchema>>;

/** What a person does to a planned migration. Throws 404, 409 with why not. */
export async function changeMigration({ console, params, body, person, actor, note }: ActionContext): Promise<void> {
	const { id, action } = params;
	const migration = await migrationView(console.db, id);
	if (!migration) throw notFound(id);
	const target = { kind: "migration" as const, id, name: migration.clusterName };
	const why = body.reason ?? "";
	note({ target, values: given(body) });
	if (asksWhy(migration.policy, action)) note({ values: wordFor(migration, body) });
	const { change, planning } = console.engine;
	const name = person.email;
	switch (action) {
		case "start":
			return start({
				id,
				personId: person.id,
				confirm: body.confirm,
				withoutApi: body.withoutApi ?? false,
				digest: body.digest ?? "",
				migration,
				target,
				console,
				name,
				actor,
				note,
			});
		case "schedule":
			return scheduleMigration(migration, target, { console, person, actor, body, note });
		case "unschedule":
			return console.engine.schedule.unset(id, name);
		case "pause":
			return change.pause(id, name);
		case "resume": {
			const was = migration.state === "held" ? migration.stateWhy : null;
			const gate = await change.resume(id, name, person.id, why);
			if (gate) note({ values: { gate } });
			if (was?.code === "migration.held-for-pods") note({ values: { pods: was.values["pods"] ?? "" } });
			return;
		}
		case "change-pace":
			if (!body.pace) throw new HttpError(422, "migration.pace-needed");
			note({ changes: await change.changePace(id, body.pace) });
			return;
		case "stop":
			return change.stop(id, name);
		case "cancel":
			return change.cancel(id, name, why);
		case "retry-failed":
		case "start-not-started": {
			const which = action === "retry-failed" ? "failed" : "not-started";
			note({ values: { count: await change.tryAgain(id, which, name, (run) => planning.again(id, run), why) } });
			return;
		}
		case "approve": {
			const { digest = "", reason = "" } = body;
			const { ticket } = await change.approve(id, { id: person.id, name }, { digest, reason });
			note({ values: { digest, reason, ticket } });
			return;
		}
		case "add-nodes": {
			if (!body.nodeIds) throw new HttpError(422, "migration.nodes-needed");
			const masters = (await console.nodes.list({ ids: body.nodeIds })).filter((node) => node.controlPlane);
			if (masters.length > 0 && body.confirm?.trim() !== migration.clusterName)
				throw new HttpError(409, "migration.confirm-needed", { cluster: migration.clusterName, count: masters.length });
			const names = await change.addNodes(id, body.nodeIds, name, (nodeId, position) => planning.added(id, nodeId, position), why);
			note({ values: { count: names.length, names: names.join(", ") } });
			return;
		}
		case "check-again":
		case "leave-out":
			return changeDraftNodes(action, id, { console, person, body, note });
		case "explain":
			return explain(migration.id, { console, body, person, note });
		case "discard":
			if (!(await discardDraft(console.db, id)))
				throw new HttpError(409, "migration.wrong-state", { state: migration.state, wanted: "draft, scheduled" });
			console.hub.publish({ type: "changed", what: "migrations", id });
			return;
	}
}

/** What becomes of nodes of a plan that nobody has started. Throws 404 where the draft is another person's, 409, 422 where no node is named. */
async function changeDraftNodes(
	action: "check-again" | "leave-out",
	id: string,
	{ console: { engine, drafts, checks, db }, person, body, note }: Pick<ActionContext, "console" | "person" | "body" | "note">,
): Promise<void> {
	const { nodeIds, draftId, withoutApi } = body;
	let names: string[];
	if (action === "leave-out") {
		if (!nodeIds) throw new HttpError(422, "migration.nodes-needed");
		names = await engine.draftNodes.leaveOut(id, nodeIds);
	} else {
		if (draftId) await drafts.get(person.id, draftId);
		const chosen = nodeIds ?? (await db.run.findMany({ where: { migrationId: id }, select: { nodeId: true } })).map(({ nodeId }) => nodeId);
		const check = draftId ? checks.begin(draftId, chosen) : null;
		try {
			names = await engine.draftNodes.checkAgain(id, chosen, { withoutApi, ...(check ? { onNode: check.tell } : {}) });
		} finally {
			check?.end();
		}
	}
	note({ values: { count: names.length, names: names.join(", ") } });
}

function given({ reason, ticket }: z.output<typeof runDecisionInputSchema>): Record<string, string> {
	return { ...(reason ? { reason } : {}), ...(ticket ? { ticket } : {}) };
}

/** Reason and ticket of a decision whose policy asks for them. Throws 422 where no reason is given. */
function wordFor(migration: { ticket: string }, { reason, ticket }: z.output<typeof runDecisionInputSchema>): Record<string, string> {
	if (!reason) throw new HttpError(422, "migration.why-needed");
	return { reason, ticket: ticket || migration.ticket };
}

/** Why something was decided, said afterwards. Throws 409 where it is not the person's own decision or has its reason already, 422 where none is given. */
async function explain(
	id: string,
	{ console, body, person, note }: Pick<ActionContext, "console" | "body" | "person" | "note">,
): Promise<void> {
	if (!body.reason) throw new HttpError(422, "migration.why-needed");
	const decision = (await decisionsAbout(console.db, id, person.id)).find((one) => one.id === body.decision);
	if (!decision?.mine) throw new HttpError(409, "migration.not-your-decision");
	if (decision.reason !== "") throw new HttpError(409, "migration.explained-already");
	note({ values: { decision: decision.id, of: decision.action } });
}

interface Start extends Pick<ActionContext, "console" | "actor" | "note"> {
	id: string;
	personId: string;
	confirm: string | undefined;
	withoutApi: boolean;
	digest: string;
	migration: { direction: string; reason: string; ticket: string };
	target: NonNullable<AuditNote["target"]>;
	name: string;
}

async function start({ id, personId, confirm, withoutApi, digest, migration, target, console, name, actor, note }: Start): Promise<void> {
	const { db, audit, engine, nodes } = console;
	const count = await db.run.count({ where: { migrationId: id, state: "queued" } });
	const { direction, reason, ticket } = migration;
	note({ values: { direction, count, reason, ticket, withoutApi: withoutApi ? "yes" : "no" } });
	const why = await whyNotStart(db, id, { confirm, withoutApi }, (ids) => nodes.list({ ids }));
	if (why) throw startRefusal(why);
	const without = await engine.change.start(id, name, { withoutApi, personId, digest });
	const values = { direction, count, reason, ticket, withoutApi: without.length > 0 ? "yes" : "no" };
	note({ values });
	if (without.length > 0) {
		const names = without.join(", ");
		await audit.record({ actor, action: "migration.without-api", target, values: { reason, count: without.length, names } });
	}
}

function notFound(id: string): HttpError {
	return new HttpError(404, "migration.not-found", { migration: id });
}

type RunDecision = RouteContext<{ id: string }, unknown, z.output<typeof runDecisionInputSchema>>;

async function decidedRun({ console, params: { id }, body, note }: Pick<RunDecision, "console" | "params" | "body" | "note">) {
	const run = await console.db.run.findUnique({
		where: { id },
		select: { nodeName: true, migrationId: true, migration: { select: { policy: true, ticket: true } } },
	});
	if (!run) throw new HttpError(404, "run.not-found", { run: id });
	note({
		target: { kind: "run", id, name: run.nodeName, partOf: run.migrationId },
		values: { node: run.nodeName, ...given(body) },
	});
	return run;
}

/** Throws 404, 409 where the run is past cancelling. */
export async function cancelRun(context: RunDecision): Promise<void> {
	await decidedRun(context);
	const { console, params, person, body } = context;
	await console.engine.change.cancelRun(params.id, person.email, body.reason);
}

/** Throws 404, 409 where there is no cordon of Gantry's to take back, 422 with why the cluster did not, or where a reason is missing. */
export async function uncordonAnswer(context: RunDecision): Promise<z.output<typeof uncordonAnswerSchema>> {
	const { migration } = await decidedRun(context);
	const { console, params, person, body, note } = context;
	if (asksWhy(policySchema.parse(migration.policy), "uncordon")) note({ values: wordFor(migration, body) });
	return { result: await console.engine.uncordon(params.id, person.email, body.reason) };
}

/** Throws 404, 409 where the run's node is not held or somebody has answered already. */
export function keepRun(context: RouteContext<{ id: string }, unknown, z.output<typeof keepInputSchema>>): Promise<void> {
	return answerHold(context, "keep", context.body.reason);
}

/** The same. */
export function lookAgain(context: RouteContext<{ id: string }, unknown, unknown>): Promise<void> {
	return answerHold(context, "look-again");
}

async function answerHold(
	{ console, person, params: { id }, note }: RouteContext<{ id: string }, unknown, unknown>,
	answer: HoldAnswer,
	reason?: string,
): Promise<void> {
	const run = await console.db.run.findUnique({ where: { id }, select: { nodeName: true, migrationId: true } });
	if (!run) throw new HttpError(404, "run.not-found", { run: id });
	note({
		target: { kind: "run", id, name: run.nodeName, partOf: run.migrationId },
		values: { node: run.nodeName, ...(reason ? { reason } : {}) },
	});
	await console.engine.answerHold(id, answer, { person: person.email, ...(reason ? { reason } : {}) });
}
