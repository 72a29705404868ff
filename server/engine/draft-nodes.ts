import type { CheckState } from "../../lib/contracts/draft.ts";
import { directionSchema, policySchema } from "../../lib/contracts/plan.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
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

const FOUND = {
	state: true,
	direction: true,
	policy: true,
	runs: { select: { id: true, nodeId: true, nodeName: true, position: true, withoutApi: true }, orderBy: { position: "asc" } },
} as const satisfies Prisma.MigrationSelect;
type Found = Prisma.MigrationGetPayload<{ select: typeof FOUND }>;

/**
 * What a person does to single nodes of a plan that nobody has started. An approval given before is void by it, as by any change. Every
 * method returns the nodes' names and throws `migration.not-found`, `migration.wrong-state`, `migration.nothing-to-do`,
 * `migration.changed-since` where somebody else changed the same nodes meanwhile. `commit` is given the names, and writes the record of it with it.
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
		word: {
			withoutApi?: boolean | undefined;
			onNode?: (nodeId: string, state: CheckState) => void;
			commit?: Commit<[names: string[]]>;
		} = {},
	): Promise<string[]> {
		const { db, planning } = this.options;
		const { withoutApi, onNode, commit } = word;
		const { runs } = await this.#find(migrationId);
		const again = runs.filter((run) => nodeIds.includes(run.nodeId));
		if (again.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
		const made = await Promise.all(again.map((run) => planning.anew(migrationId, run, { withoutApi, ...(onNode ? { onNode } : {}) })));
		const replaced = new Set(again.map(({ id }) => id));
		return this.#change(migrationId, commit, async ({ direction, runs: now }) => {
			const kept = now.filter(({ id }) => !replaced.has(id));
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
			const data = {
				withoutApi: made.some(({ row }) => row.withoutApi) || kept.some((run) => run.withoutApi),
				runs: {
					// Where one of them was taken out or checked meanwhile, nothing is changed.
					delete: again.map(({ id }) => ({ id })),
					create: made.map(({ row }) => ({ ...row, position: place.get(row.id) ?? row.position })),
					update: kept.flatMap(({ id, position }) => {
						const to = place.get(id) ?? position;
						return to === position ? [] : [{ where: { id }, data: { position: to } }];
					}),
				},
			};
			return { data, names: again.map(({ nodeName }) => nodeName) };
		});
	}

	/** Takes these nodes out of the plan; one at least stays. A canary among them is none any more, unless it was the only one that was named. */
	async leaveOut(migrationId: string, nodeIds: readonly string[], commit?: Commit<[names: string[]]>): Promise<string[]> {
		return this.#change(migrationId, commit, async ({ policy, runs }) => {
			const out = runs.filter((run) => nodeIds.includes(run.nodeId));
			if (out.length === 0 || out.length === runs.length)
				throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
			const known = policySchema.parse(policy);
			const { canary } = known.rollout;
			const named = canary?.nodeIds.filter((id) => !nodeIds.includes(id)) ?? [];
			const another = canary !== null && named.length > 0 && named.length < canary.nodeIds.length;
			const kept = runs.filter((run) => !out.includes(run));
			const data = {
				withoutApi: kept.some((run) => run.withoutApi),
				...(another ? { policy: { ...known, rollout: { ...known.rollout, canary: { ...canary, nodeIds: named } } } } : {}),
				runs: { delete: out.map(({ id }) => ({ id })) },
			};
			return { data, names: out.map(({ nodeName }) => nodeName) };
		});
	}

	async #find(migrationId: string): Promise<Found> {
		const migration = await this.options.db.migration.findUnique({ where: { id: migrationId }, select: FOUND });
		if (!migration) throw new MigrationChangeError("migration.not-found", { migration: migrationId });
		if (migration.state !== "draft") throw wrongState(migration.state, ["draft"]);
		return migration;
	}

	/**
	 * Looks and changes in one turn, so that no other change of the plan is lost, and in one transaction: started, discarded or checked by
	 * somebody else meanwhile, nothing is changed. Returns the names.
	 */
	async #change(
		migrationId: string,
		commit: Commit<[names: string[]]> | undefined,
		decide: (found: Found) => Promise<{ data: Prisma.MigrationUpdateInput; names: string[] }>,
	): Promise<string[]> {
		const { db, change, onDetailChanged } = this.options;
		const names = await change.inTurn(async () => {
			const decided = await decide(await this.#find(migrationId));
			try {
				const where = { id: migrationId, state: "draft" };
				const data = { ...decided.data, version: { increment: 1 } };
				await (commit ?? alone(db))([db.migration.update({ where, data, select: { id: true } })], decided.names);
			} catch (error) {
				if (!isGone(error)) throw error;
				await this.#find(migrationId);
				// Still a plan: then it is its nodes that are others now.
				throw new MigrationChangeError("migration.changed-since", {});
			}
			return decided.names;
		});
		onDetailChanged(migrationId);
		return names;
	}
}

/** What a statement names is not there (any more): the row itself (P2025), or one of those below it (P2017). */
function isGone(error: unknown): boolean {
	return error instanceof Prisma.PrismaClientKnownRequestError && (error.code === "P2025" || error.code === "P2017");
}
