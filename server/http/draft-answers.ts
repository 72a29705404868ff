import { z } from "zod";
import { draftIdSchema, type draftInputSchema } from "../../lib/contracts/draft.ts";
import type { RouteContext } from "./route.ts";

export const draftParams = z.object({ id: draftIdSchema });
type Params = z.output<typeof draftParams>;

/** Throws 404 where the draft is another person's, 409 where they have too many. */
export async function saveDraft({
	console: { drafts, audit, db },
	params: { id },
	body,
	person,
	actor,
	note,
}: RouteContext<Params, unknown, z.output<typeof draftInputSchema>>): Promise<void> {
	const target = { kind: "draft" as const, id, name: "" };
	note({ target });
	const made = await drafts.save(person.id, id, body);
	if (!made) return;
	const cluster = await db.cluster.findUnique({ where: { id: body.content.clusterId }, select: { name: true } });
	const values = { direction: body.content.direction, count: body.content.nodeIds.length };
	await audit.record({ actor, action: "draft.create", target: { ...target, name: cluster?.name ?? "" }, values });
}

/** Throws 404. */
export async function discardDraft({
	console: { drafts, db },
	params: { id },
	person,
	note,
}: RouteContext<Params, unknown, unknown>): Promise<void> {
	note({ target: { kind: "draft", id, name: "" } });
	const { clusterId, migrationId } = await drafts.discard(person.id, id);
	const cluster = await db.cluster.findUnique({ where: { id: clusterId }, select: { name: true } });
	note({ target: { kind: "draft", id, name: cluster?.name ?? "" }, values: migrationId ? { migration: migrationId } : {} });
}
