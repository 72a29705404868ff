import { z } from "zod";
import { draftIdSchema, type draftInputSchema, type draftSavedSchema } from "../../lib/contracts/draft.ts";
import type { RouteContext } from "./route.ts";

export const draftParams = z.object({ id: draftIdSchema });
type Params = z.output<typeof draftParams>;

/** Throws 404 where the draft is another person's or gone, 409 where it was changed elsewhere or they have too many. */
export async function saveDraft({
	console: { drafts, db },
	params: { id },
	body,
	person,
	note,
	commit,
}: RouteContext<Params, unknown, z.output<typeof draftInputSchema>>): Promise<z.output<typeof draftSavedSchema>> {
	const target = { kind: "draft" as const, id, name: "" };
	note({ target });
	const { clusterId, direction, nodeIds } = body.content;
	const cluster = await db.cluster.findUnique({ where: { id: clusterId }, select: { name: true } });
	const { revision } = await drafts.save(person.id, id, body, (writes) =>
		commit(writes, { target: { ...target, name: cluster?.name ?? "" }, values: { direction, count: nodeIds.length } }),
	);
	return { revision };
}

/** Throws 404. */
export async function discardDraft({
	console: { drafts, db },
	params: { id },
	person,
	note,
	commit,
}: RouteContext<Params, unknown, unknown>): Promise<void> {
	const target = { kind: "draft" as const, id, name: "" };
	note({ target });
	await drafts.discard(person.id, id, async (writes, { clusterId, migrationId }) => {
		const cluster = await db.cluster.findUnique({ where: { id: clusterId }, select: { name: true } });
		return commit(writes, { target: { ...target, name: cluster?.name ?? "" }, values: migrationId ? { migration: migrationId } : {} });
	});
}
