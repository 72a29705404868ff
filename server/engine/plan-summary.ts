import type { Plan } from "../../lib/contracts/plan.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";

/** The little of a plan that lists and the rollout need. */
export interface PlanSummary {
	controlPlane: boolean;
	scriptSha256: { prepare: string; cutover: string; revert: string };
	factsDigest: string;
}

const MOST = 20_000;
/** Plans read at once: each may be some hundred KiB. */
const BATCH = 20;
/** By run id. A run's plan is written with the run and never changes, so what is here never goes stale. */
const knownOf = new WeakMap<Db, Map<string, PlanSummary | null>>();

/** Of each run its plan's summary; null where it has none. A plan is read once: reading 500 of them for every look would take longer than the look. */
export async function planSummaries(db: Db, runIds: readonly string[]): Promise<Map<string, PlanSummary | null>> {
	const known = knownOf.get(db) ?? new Map<string, PlanSummary | null>();
	knownOf.set(db, known);
	const missing = runIds.filter((id) => !known.has(id));
	for (let from = 0; from < missing.length; from += BATCH) {
		const rows = await db.run.findMany({ where: { id: { in: missing.slice(from, from + BATCH) } }, select: { id: true, plan: true } });
		for (const { id, plan } of rows) remember(known, id, summaryOf(plan));
	}
	return new Map(runIds.map((id) => [id, known.get(id) ?? null]));
}

/** Written by this program and validated when it was. */
function summaryOf(json: Prisma.JsonValue | null): PlanSummary | null {
	const plan = json as unknown as Plan | null;
	if (!plan) return null;
	const { prepare, cutover, revert } = plan.scripts;
	const scriptSha256 = { prepare: prepare.sha256, cutover: cutover.sha256, revert: revert.sha256 };
	return { controlPlane: plan.controlPlane, scriptSha256, factsDigest: plan.factsDigest };
}

function remember(known: Map<string, PlanSummary | null>, id: string, summary: PlanSummary | null): void {
	if (known.size >= MOST) {
		const oldest = known.keys().next();
		if (!oldest.done) known.delete(oldest.value);
	}
	known.set(id, summary);
}
