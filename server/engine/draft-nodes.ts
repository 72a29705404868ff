import type { CheckState } from "../../lib/contracts/draft.ts";
import { directionSchema, policySchema } from "../../lib/contracts/plan.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import { MigrationChangeError, wrongState } from "./change-error.ts";
import type { ChangeMigration } from "./change-migration.ts";
import { planSummaries } from "./plan-summary.ts";
import { inTurn, type Planning } from "./planning.ts";

interface DraftNodesOptions {
	db: Db;
	planning: Pick<Planning, "anew">;
	change: Pick<ChangeMigration, "inTurn">;
	onDetailChanged: (migrationId: string) => void;
}

/**
 * What a person does to single nodes of a plan that nobody has started. An approval given before is void by it, as by any change. Every
 * method returns the nodes' names and throws `migration.not-found`, `migration.wrong-state`, `migration.nothing-to-do`.
 */
export class DraftNodes {
	constructor(private readonly options: DraftNodesOptions) {}

	/**
	 * Reads these nodes anew and puts new plans in the place of theirs; the others' stay byte for byte. `onNode`: how far each is.
	 * `withoutApi`: whether they may go without the API from now on; absent: as before.
	 */
	async checkAgain(
		migrationId: string,
		nodeIds: readonly string[],
		word: { withoutApi?: boolean | undefined; onNode?: (nodeId: string, state: CheckState) => void } = {},
	): Promise<string[]> {
		const { db, planning } = this.options;
		const { withoutApi, onNode } = word;
		const { direction, runs } = await this.#find(migrationId);
		const again = runs.filter((run) => nodeIds.includes(run.nodeId));
		if (again.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
		const made = await Promise.all(again.map((run) => planning.anew(migrationId, run, { withoutApi, ...(onNode ? { onNode } : {}) })));
		const kept = runs.filter((run) => !again.includes(run));
		const plans = await planSummaries(
			db,
			kept.map(({ id }) => id),
		);
		// One that could not be read before may turn out to be of the control plane, and takes its place there.
		const inOrder = inTurn(
			[
				...kept.map((run) => ({ id: run.id, was: run.position, controlPlane: plans.get(run.id)?.controlPlane ?? false })),
				...made.map(({ row, controlPlane }) => ({ id: row.id, was: row.position, controlPlane })),
			].sort((one, other) => one.was - other.was),
			directionSchema.parse(direction),
		);
		const place = new Map(inOrder.map(({ id }, index) => [id, index]));
		await this.#change(migrationId, {
			withoutApi: made.some(({ row }) => row.withoutApi) || kept.some((run) => run.withoutApi),
			runs: {
				delete: again.map(({ id }) => ({ id })),
				create: made.map(({ row }) => ({ ...row, position: place.get(row.id) ?? row.position })),
				update: kept.flatMap(({ id, position }) => {
					const to = place.get(id) ?? position;
					return to === position ? [] : [{ where: { id }, data: { position: to } }];
				}),
			},
		});
		return again.map(({ nodeName }) => nodeName);
	}

	/** Takes these nodes out of the plan; one at least stays. A canary among them is none any more, unless it was the only one that was named. */
	async leaveOut(migrationId: string, nodeIds: readonly string[]): Promise<string[]> {
		const { policy, runs } = await this.#find(migrationId);
		const out = runs.filter((run) => nodeIds.includes(run.nodeId));
		if (out.length === 0 || out.length === runs.length)
			throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
		const known = policySchema.parse(policy);
		const { canary } = known.rollout;
		const named = canary?.nodeIds.filter((id) => !nodeIds.includes(id)) ?? [];
		const another = canary !== null && named.length > 0 && named.length < canary.nodeIds.length;
		const kept = runs.filter((run) => !out.includes(run));
		await this.#change(migrationId, {
			withoutApi: kept.some((run) => run.withoutApi),
			...(another ? { policy: { ...known, rollout: { ...known.rollout, canary: { ...canary, nodeIds: named } } } } : {}),
			runs: { delete: out.map(({ id }) => ({ id })) },
		});
		return out.map(({ nodeName }) => nodeName);
	}

	async #find(migrationId: string) {
		const select = { id: true, nodeId: true, nodeName: true, position: true, withoutApi: true } as const;
		const migration = await this.options.db.migration.findUnique({
			where: { id: migrationId },
			select: { state: true, direction: true, policy: true, runs: { select, orderBy: { position: "asc" } } },
		});
		if (!migration) throw new MigrationChangeError("migration.not-found", { migration: migrationId });
		if (migration.state !== "draft") throw wrongState(migration.state, ["draft"]);
		return migration;
	}

	/** One statement for all of it: started, discarded or checked by somebody else meanwhile, nothing is changed. */
	async #change(migrationId: string, data: Prisma.MigrationUpdateInput): Promise<void> {
		const { db, change, onDetailChanged } = this.options;
		await change.inTurn(async () => {
			try {
				await db.migration.update({ where: { id: migrationId, state: "draft" }, data, select: { id: true } });
			} catch (error) {
				if (!(error instanceof Prisma.PrismaClientKnownRequestError)) throw error;
				const { state } = await this.#find(migrationId);
				throw wrongState(state, ["draft"]);
			}
		});
		onDetailChanged(migrationId);
	}
}
