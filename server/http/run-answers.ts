import type { z } from "zod";
import type { runDecisionInputSchema } from "../../lib/contracts/decision.ts";
import type { adoptInputSchema } from "../../lib/contracts/left-run.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { HoldAnswer } from "../../lib/contracts/run.ts";
import type { uncordonAnswerSchema } from "../../lib/contracts/run-detail.ts";
import { asksWhy } from "../../lib/decisions.ts";
import type { RunNote } from "../engine/run-note.ts";
import { given, wordFor } from "./decision-word.ts";
import { HttpError } from "./problem.ts";
import type { RouteContext } from "./route.ts";

type RunDecision = RouteContext<{ id: string }, unknown, z.output<typeof runDecisionInputSchema>>;

/** Notes what is decided about a run. Throws 404, 422 where a word that is asked for is not given. */
async function decidedRun(
	{ console, params: { id }, body, note }: Pick<RunDecision, "console" | "params" | "body" | "note">,
	decision: "cancel" | "uncordon" | HoldAnswer,
): Promise<void> {
	const run = await console.db.run.findUnique({
		where: { id },
		select: { nodeName: true, migrationId: true, migration: { select: { policy: true, ticket: true } } },
	});
	if (!run) throw new HttpError(404, "run.not-found", { run: id });
	note({
		target: { kind: "run", id, name: run.nodeName, partOf: run.migrationId },
		values: { node: run.nodeName, ...given(body) },
	});
	const { policy, ticket } = run.migration;
	if (asksWhy(decision)) note({ values: wordFor({ policy: policySchema.parse(policy), ticket }, body) });
}

/** Throws 404, 409 where the run is past cancelling. */
export async function cancelRun(context: RunDecision): Promise<void> {
	await decidedRun(context, "cancel");
	const { console, params, person, body, commit } = context;
	await console.engine.change.cancelRun(params.id, person.email, body.reason, commit);
}

/** Throws 404, 409 where there is no cordon of Gantry's to take back, 422 with why the cluster did not, or where a reason or a ticket is missing. */
export async function uncordonAnswer(context: RunDecision): Promise<z.output<typeof uncordonAnswerSchema>> {
	await decidedRun(context, "uncordon");
	const { console, params, person, body, commit } = context;
	return { result: await console.engine.uncordon(params.id, person.email, body.reason, commit) };
}

/** Throws 404, 409 where the run's node is not held or somebody has answered already, 422 where a reason or a ticket is missing. */
export function keepRun(context: RunDecision): Promise<void> {
	return answerHold(context, "keep");
}

/** The same. */
export function lookAgain(context: RunDecision): Promise<void> {
	return answerHold(context, "look-again");
}

async function answerHold(context: RunDecision, answer: HoldAnswer): Promise<void> {
	await decidedRun(context, answer);
	const { console, params, person, body, commit } = context;
	await console.engine.answerHold(params.id, answer, { person: person.email, commit, ...(body.reason ? { reason: body.reason } : {}) });
}

/**
 * A run that lies on the node becomes this console's; returns its id. The policy is the one that was noted beside it. Throws 404, 409, 422 where
 * a reason or a ticket is missing, and with what keeps it from the node.
 */
export async function adoptRun(context: RouteContext<{ id: string }, unknown, z.output<typeof adoptInputSchema>>): Promise<{ id: string }> {
	const { console, params, body, person, note, commit } = context;
	const node = await console.nodes.get(params.id);
	const { runId, choice } = body;
	const target = { kind: "run" as const, id: runId, name: node.name };
	note({ target, values: { node: node.name, choice, ...given(body) } });
	const whyOf = ({ policy, asked }: Pick<RunNote, "policy" | "asked">) => {
		note({ values: wordFor({ policy, ticket: asked.ticket }, body) });
		return body.reason;
	};
	const { id } = await console.engine.adoption.adopt(node.id, runId, choice, person, whyOf, (writes, migrationId, was) =>
		commit(writes, { target: { ...target, partOf: migrationId }, values: { console: was } }),
	);
	return { id };
}
