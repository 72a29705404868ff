import { policySchema } from "../../../../lib/contracts/plan.ts";
import { paceOf } from "../../../../lib/pace.ts";
import type { Db } from "../../../db/client.ts";
import { ChangeMigration } from "../../change-migration.ts";
import { Coordinator } from "../../coordinator.ts";
import type { HeldLease } from "../../leases.ts";
import { PrismaRunStore } from "../../store.ts";
import { silentLog, testMigration, testPlan } from "../migrations.ts";
import { ENDED, type ModelState, runMayFollow } from "./tables.ts";
import { type ModelEvent, type Outcome, runOf, type World } from "./world.ts";

const MIGRATION = "migration1";
/** Made once: what the nodes' scripts say is of no matter here, and planning takes longer than everything else. */
const PLAN = testPlan("run00001");
const nothing = () => {};

/** The engine's own store, coordinators and people's changes on a real database, with a clock that a test moves. */
export class System {
	readonly migrationId = MIGRATION;
	readonly leases: HeldLease[] = [];
	readonly store: PrismaRunStore;
	readonly change: ChangeMigration;
	readonly plan = PLAN;
	coordinators: [Coordinator, Coordinator];
	/** Happens between a coordinator's look and what it does. */
	meanwhile: (() => Promise<void>) | null = null;
	#nowMs: number;

	private constructor(
		readonly db: Db,
		nowMs: number,
	) {
		this.#nowMs = nowMs;
		const listener = { runChanged: nothing, runMoved: nothing, eventAppended: nothing, logAppended: nothing };
		this.store = new PrismaRunStore(db, listener, this.now);
		this.change = new ChangeMigration({ ...this.#told(), db, now: this.now, wake: nothing });
		this.coordinators = [this.#coordinator(), this.#coordinator()];
	}

	/** The database as the world is, with nothing of the test before. */
	static async of(db: Db, world: World): Promise<System> {
		await db.migration.deleteMany();
		// With an API the rollout asks it at each look, also where every run has ended.
		await db.cluster.updateMany({ data: { kubeconfig: "sealed" } });
		const { maxUnavailable, maxFailures } = world.migration;
		// What pods do is not in the model.
		const policy = { maxUnavailable, rollout: { maxFailures, prepareConcurrency: 2, podGate: { enabled: false } } };
		const ended = (state: ModelState) => (ENDED.includes(state) ? { more: { endedAt: new Date(world.nowMs) } } : {});
		const runs = world.runs.map(({ id, node, state }) => ({ id, node, state, plan: PLAN, ...ended(state) }));
		await testMigration(db, { id: MIGRATION, state: world.migration.state, policy, runs });
		return new System(db, world.nowMs);
	}

	readonly now = () => new Date(this.#nowMs);

	/** The console's clock goes so much ahead, or back. */
	passed(ms: number): void {
		this.#nowMs += ms;
	}

	/** As a console does that begins on the database of one that was killed. */
	restarted(): void {
		this.coordinators = [this.#coordinator(), this.#coordinator()];
	}

	async changePace(maxUnavailable: number): Promise<void> {
		const { policy } = await this.db.migration.findUniqueOrThrow({ where: { id: MIGRATION }, select: { policy: true } });
		await this.change.changePace(MIGRATION, { ...paceOf(policySchema.parse(policy)), maxUnavailable });
	}

	/** All look at once, again and again, until nothing follows any more. */
	async settled(): Promise<void> {
		let before = "";
		for (let now = JSON.stringify(await this.seen()); now !== before; now = JSON.stringify(await this.seen())) {
			before = now;
			await Promise.all(this.coordinators.map((one) => one.tick()));
		}
	}

	/** What is in the database, in the world's words. */
	async seen() {
		const [runs, migration] = await Promise.all([
			this.db.run.findMany({
				where: { migrationId: MIGRATION },
				orderBy: [{ position: "asc" }, { attempt: "asc" }],
				select: {
					id: true,
					state: true,
					version: true,
					attempt: true,
					leaseId: true,
					leaseUntil: true,
					fence: true,
					request: true,
					failureSeenAt: true,
					cordonedByUs: true,
					logBytes: true,
					endedAt: true,
					events: { orderBy: { id: "asc" }, select: { code: true, values: true } },
				},
			}),
			this.db.migration.findUniqueOrThrow({ where: { id: MIGRATION }, select: { state: true, stateWhy: true, endedAt: true } }),
		]);
		return {
			migration: {
				state: migration.state,
				why: (migration.stateWhy as { code: string } | null)?.code ?? null,
				ended: migration.endedAt !== null,
			},
			runs: runs.map((run) => ({
				id: run.id,
				state: run.state,
				version: run.version,
				attempt: run.attempt,
				// The leases are known by their number; one that nobody here was given is none of them.
				lease: run.leaseId === null ? null : this.leases.findIndex((lease) => lease.leaseId === run.leaseId),
				leaseUntilMs: run.leaseUntil?.getTime() ?? null,
				fence: run.fence,
				called: run.request !== null,
				failureSeen: run.failureSeenAt !== null,
				cordoned: run.cordonedByUs,
				logBytes: run.logBytes,
				ended: run.endedAt !== null,
				events: run.events.map(({ code, values }): ModelEvent => {
					const { from, to, found } = values as Record<string, string>;
					return { code, ...(from === undefined ? {} : { from, to: to ?? "" }), ...(found === undefined ? {} : { found }) };
				}),
			})),
		};
	}

	/** The database, where something happens once a look has read its runs: right before it asks for those of other migrations. */
	#interrupted(): Db {
		const { db } = this;
		const findMany = async (query: Parameters<Db["run"]["findMany"]>[0]) => {
			const of = query?.where?.migrationId;
			if (typeof of === "object" && of !== null && "not" in of) {
				const then = this.meanwhile;
				this.meanwhile = null;
				await then?.();
			}
			return db.run.findMany(query);
		};
		const run = new Proxy(db.run, { get: (target, name) => (name === "findMany" ? findMany : Reflect.get(target, name)) });
		return new Proxy(db, { get: (target, name) => (name === "run" ? run : Reflect.get(target, name)) });
	}

	#coordinator(): Coordinator {
		return new Coordinator({
			...this.#told(),
			db: this.#interrupted(),
			now: this.now,
			unavailableNodes: async () => new Set(),
			cluster: async () => null,
			controlPlaneLacks: async () => null,
			wakeWorker: nothing,
			onAsked: nothing,
			monotonicMs: () => this.#nowMs,
			rollBack: async () => {
				throw new Error("the model has no way back of a batch");
			},
			log: silentLog,
		});
	}

	#told() {
		return { onMigrationChanged: nothing, onRunChanged: nothing, onEvent: nothing };
	}
}

type Seen = Awaited<ReturnType<System["seen"]>>;

/** The world, as it would have to be seen. */
export function expected(world: World): Seen {
	const { state, why } = world.migration;
	return {
		migration: { state, why, ended: state === "done" || state === "done-with-failures" || state === "cancelled" },
		runs: [...world.runs]
			.sort((a, b) => a.position - b.position || a.attempt - b.attempt)
			.map(({ node: _node, position: _position, began: _began, ...run }) => ({ ...run, ended: ENDED.includes(run.state) })),
	};
}

/**
 * What holds of every run's record whatever the model says: each event that moves a run goes on from the one before, by the table, the version
 * counts them, and the last one is where the run is; no run is open in a migration that has ended, and of each node one at
 * most. Gives what is wrong.
 */
export function brokenRecord({ migration, runs }: Seen, world: Readonly<World>): string[] {
	return runs.flatMap((run) => {
		const moves = run.events.filter(({ code, from }) => from !== undefined && code !== "transition.refused");
		let state: string = runOf(world, run.id).began;
		const wrong: string[] = moves.length === run.version ? [] : [`${run.id}: version ${run.version} after ${moves.length} moves`];
		for (const { from, to } of moves) {
			if (from !== state) wrong.push(`${run.id}: from ${from}, and it was ${state}`);
			if (!runMayFollow(from as ModelState, to as ModelState)) wrong.push(`${run.id}: ${from} -> ${to} is in no table`);
			state = to ?? "";
		}
		if (state !== run.state) wrong.push(`${run.id}: is ${run.state}, and its record says ${state}`);
		const { node } = runOf(world, run.id);
		if (!run.ended && runs.some(({ id, ended }) => id !== run.id && !ended && runOf(world, id).node === node))
			wrong.push(`${run.id}: is not the only open run of ${node}`);
		if (migration.ended && !run.ended) wrong.push(`${run.id}: is ${run.state}, and the migration is ${migration.state}`);
		return wrong;
	});
}

/** The code of what was refused; "ok" where it was not. An error that nobody names is thrown on. */
export async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
	try {
		await work;
		return "ok";
	} catch (error) {
		const { code } = error as { code?: unknown };
		if (typeof code !== "string" || !/^(engine|migration|run)\./.test(code)) throw error;
		return code;
	}
}
