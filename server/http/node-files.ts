import type { NodeFiles } from "../../lib/contracts/node-page.ts";
import { planSchema } from "../../lib/contracts/plan.ts";
import type { Console } from "../console.ts";
import { runDir } from "../plan/layout.ts";
import { shownFiles } from "./shown-record.ts";

/** A node's files as they are and would be, and as its last migration saved them; without the secrets in them. Throws `inventory.not-found`. */
export async function nodeFiles(console: Console, id: string): Promise<NodeFiles> {
	const node = await console.nodes.get(id);
	const known = await console.probes.factsOf(id);
	const { files, error } = known ? await console.engine.planning.preview(node.name, known.facts) : { files: null, error: null };
	return {
		planned: files && shownFiles(files),
		plannedError: error,
		snapshot: node.rollbackRunId === null ? null : await snapshotOf(console, node.rollbackRunId),
	};
}

async function snapshotOf({ db }: Console, runId: string): Promise<NodeFiles["snapshot"]> {
	const run = await db.run.findUnique({
		where: { id: runId },
		select: { plan: true, steps: { where: { stepId: "snapshot" }, select: { startedAt: true } } },
	});
	const plan = planSchema.safeParse(run?.plan);
	if (!plan.success) return null;
	return {
		runId,
		folder: `${runDir(runId)}/snapshot`,
		takenAt: run?.steps[0]?.startedAt?.toISOString() ?? null,
		files: shownFiles(plan.data.files),
	};
}
