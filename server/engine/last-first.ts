import { COMPLETIONS } from "../../lib/completion.ts";
import type { Db } from "../db/client.ts";

/** The way they went, backwards: who went over last comes back first. Those that never did come last, as given. */
export async function lastFirst<N extends { id: string }>(db: Db, nodes: readonly N[]): Promise<N[]> {
	const runs = await db.run.findMany({
		where: { nodeId: { in: nodes.map(({ id }) => id) }, state: "done", direction: "migrate", NOT: COMPLETIONS },
		select: { nodeId: true, endedAt: true },
		orderBy: { endedAt: "asc" },
	});
	const wentMs = new Map(runs.map((run) => [run.nodeId, run.endedAt?.getTime() ?? 0]));
	return [...nodes].sort((a, b) => (wentMs.get(b.id) ?? 0) - (wentMs.get(a.id) ?? 0));
}
