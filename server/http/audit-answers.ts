import type { z } from "zod";
import type { auditListSchema, auditQuerySchema } from "../../lib/contracts/api.ts";
import { auditActionSchema } from "../../lib/contracts/audit.ts";
import type { Console } from "../console.ts";

/** What is on record, newest first. An action that nobody knows matches nothing. */
export async function auditAnswer({ audit }: Console, query: z.output<typeof auditQuerySchema>): Promise<z.output<typeof auditListSchema>> {
	const action = auditActionSchema.optional().safeParse(query.action || undefined);
	if (!action.success) return { events: [], next: null };
	const { before, limit } = query;
	const page = await audit.list({ action: action.data, before, limit, q: query.q || undefined });
	const events = page.events.map(({ id, at, actorName, address, action, target, outcome, values }) => ({
		id,
		at,
		actorName,
		address,
		action,
		targetKind: target?.kind ?? null,
		targetId: target?.id || null,
		targetName: target?.name ?? null,
		outcome,
		values,
	}));
	return { events, next: page.nextBefore };
}
