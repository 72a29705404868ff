import type { z } from "zod";
import { approvalsOf } from "../../lib/approval.ts";
import type { AuditAction } from "../../lib/audit-record.ts";
import type { MigrationDetail, migrationActionInputSchema, migrationActionSchema, planInputSchema } from "../../lib/contracts/migration.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import { asksWhy } from "../../lib/decisions.ts";
import { fieldChanges } from "../../lib/field-changes.ts";
import { decisionsAbout } from "../audit/decisions.ts";
import type { Console } from "../console.ts";
import type { Commit } from "../db/commit.ts";
import { discardDraft } from "../engine/drafts.ts";
import { migrationDetail } from "../engine/history.ts";
import type { TriedAgain } from "../engine/try-again.ts";
import { migrationView } from "../engine/views.ts";
import { isOverridable } from "../preflight/preflight.ts";
import { given, wordFor } from "./decision-word.ts";
import { namedPolicy } from "./named-policy.ts";
import { inTime } from "./node-answers.ts";
import { HttpError } from "./problem.ts";
import type { AuditNote, RouteContext } from "./route.ts";
import { scheduleMigration, startNow } from "./start-answers.ts";

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
	return { ...detail, decisions, unavailable: [...(names ?? [])].sort(), reading: console.engine.change.readings.of(id) };
}

/** Probes and plans the chosen nodes; returns the draft's id. Throws 404, 422 where a node is not of this cluster or its API is to be left out for nothing. */
export async function draftMigration({
	console,
	body,
	person,
	actor,
	note,
	commit,
}: RouteContext<unknown, unknown, z.output<typeof planInputSchema>>): Promise<string> {
	const cluster = await console.clusters.get(body.clusterId);
	const { direction, reason, ticket } = body;
	note({
		target: { kind: "cluster", id: cluster.id, name: cluster.name },
		values: { direction, count: body.nodeIds.length, reason, ticket },
	});
	const nodes = new Map((await console.nodes.list({ clusterId: body.clusterId })).map((node) => [node.id, node]));
	// What nobody chose is not worth a line.
	note({
		changes: fieldChanges(
			policySchema.parse({}),
			namedPolicy(body.policy, (id) => nodes.get(id)?.name ?? id),
		),
	});
	const stranger = body.nodeIds.find((id) => !nodes.has(id));
	if (stranger !== undefined) throw new HttpError(422, "migration.node-not-in-cluster", { id: stranger, cluster: cluster.name });
	const { policy } = body;
	if (reason === "") throw new HttpError(422, "migration.plan-reason-needed");
	if (policy.ticketNeeded && body.ticket === "") throw new HttpError(422, "migration.ticket-needed");
	// An approval that nobody could give would keep the migration from ever starting.
	if (policy.approval.byAnother && approvalsOf(policy).length > 0 && (await console.db.user.count()) < 2)
		throw new HttpError(422, "migration.no-other-person");
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
			commit: (writes, { migrationId, overrides }) =>
				commit(
					writes,
					{},
					// One line for each finding that a node goes in spite of, by its own code.
					overrides.map(({ code, nodeName, reason }) => ({
						actor,
						action: "migration.override",
						target: { kind: "migration", id: migrationId, name: cluster.name },
						values: { code, node: nodeName, reason },
					})),
				),
			...(check ? { onNode: check.tell } : {}),
		});
		if (draftId) await console.drafts.planned(person.id, draftId, id);
	} finally {
		check?.end();
	}
	return id;
}

type ActionContext = RouteContext<{ id: string; action: MigrationAction }, unknown, z.output<typeof migrationActionInputSchema>>;

/** What a person does to a planned migration. Throws 404, 409 with why not. */
export async function changeMigration({ console, params, body, person, actor, note, commit }: ActionContext): Promise<void> {
	const { id, action } = params;
	const migration = await migrationView(console.db, id);
	if (!migration) throw notFound(id);
	const target = { kind: "migration" as const, id, name: migration.clusterName };
	const why = body.reason ?? "";
	note({ target, values: given(body) });
	if (asksWhy(action)) note({ values: wordFor(migration, body) });
	const { change, planning } = console.engine;
	const name = person.email;
	switch (action) {
		case "start":
			return startNow({ migration, target, console, person, actor, body, note, commit });
		case "schedule":
			return scheduleMigration({ migration, target, console, person, actor, body, note, commit });
		case "unschedule":
			return console.engine.schedule.unset(id, name, commit);
		case "pause":
			return change.pause(id, name, commit);
		case "resume": {
			const was = migration.state === "held" ? migration.stateWhy : null;
			const pods: AuditNote["values"] = was?.code === "migration.held-for-pods" ? { pods: was.values["pods"] ?? "" } : {};
			const approves = { gate: body.gate ?? null, digest: body.digest ?? "", ticket: body.ticket ?? "" };
			await change.resume(id, name, person.id, {
				why,
				seen: body.seen,
				approves,
				commit: (writes, gate) => commit(writes, { values: { ...(gate ? { gate, digest: approves.digest } : {}), ...pods } }),
			});
			return;
		}
		case "change-pace":
			if (!body.pace) throw new HttpError(422, "migration.pace-needed");
			await change.changePace(id, body.pace, (writes, changes) => commit(writes, { changes }));
			return;
		case "stop":
			return change.stop(id, name, commit);
		case "cancel":
			return change.cancel(id, name, why, commit);
		case "retry-failed":
		case "start-not-started": {
			const which = action === "retry-failed" ? "failed" : "not-started";
			const again = (run: TriedAgain) => planning.again(id, run);
			await change.tryAgain(id, which, name, again, why, (writes, count) => commit(writes, { values: { count } }));
			return;
		}
		case "approve": {
			const { digest = "", reason = "" } = body;
			const by = { id: person.id, name };
			await change.approve(id, by, { digest, reason }, (writes, ticket) => commit(writes, { values: { digest, reason, ticket } }));
			return;
		}
		case "add-nodes": {
			if (!body.nodeIds) throw new HttpError(422, "migration.nodes-needed");
			const masters = (await console.nodes.list({ ids: body.nodeIds })).filter((node) => node.controlPlane);
			if (masters.length > 0 && body.confirm?.trim() !== migration.clusterName)
				throw new HttpError(409, "migration.confirm-needed", { cluster: migration.clusterName, count: masters.length });
			const plan = (nodeId: string, position: number) => planning.added(id, nodeId, position);
			await change.addNodes(id, body.nodeIds, name, plan, why, (writes, names) => commit(writes, { values: listedNames(names) }));
			return;
		}
		case "check-again":
		case "leave-out":
			return changeDraftNodes(action, id, { console, person, body, commit });
		case "explain":
			return explain(migration.id, { console, body, person, note });
		case "discard":
			if (!(await discardDraft(console.db, id, undefined, commit)))
				throw new HttpError(409, "migration.wrong-state", { state: migration.state, wanted: "draft, scheduled" });
			console.hub.publish({ type: "changed", what: "migrations", id });
			return;
	}
}

/** What becomes of nodes of a plan that nobody has started. Throws 404 where the draft is another person's, 409, 422 where no node is named. */
async function changeDraftNodes(
	action: "check-again" | "leave-out",
	id: string,
	{ console: { engine, drafts, checks, db }, person, body, commit }: Pick<ActionContext, "console" | "person" | "body" | "commit">,
): Promise<void> {
	const { nodeIds, draftId, withoutApi } = body;
	const recorded: Commit<[names: string[]]> = (writes, names) => commit(writes, { values: listedNames(names) });
	if (action === "leave-out") {
		if (!nodeIds) throw new HttpError(422, "migration.nodes-needed");
		await engine.draftNodes.leaveOut(id, nodeIds, recorded);
	} else {
		if (draftId) await drafts.get(person.id, draftId);
		const chosen = nodeIds ?? (await db.run.findMany({ where: { migrationId: id }, select: { nodeId: true } })).map(({ nodeId }) => nodeId);
		const check = draftId ? checks.begin(draftId, chosen) : null;
		try {
			await engine.draftNodes.checkAgain(id, chosen, { withoutApi, commit: recorded, ...(check ? { onNode: check.tell } : {}) });
		} finally {
			check?.end();
		}
	}
}

function listedNames(names: readonly string[]): { count: number; names: string } {
	return { count: names.length, names: names.join(", ") };
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

function notFound(id: string): HttpError {
	return new HttpError(404, "migration.not-found", { migration: id });
}
