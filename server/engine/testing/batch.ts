import type { Message } from "../../../lib/contracts/finding.ts";
import type { MigrationState, RunState } from "../../../lib/contracts/run.ts";
import type { Db } from "../../db/client.ts";
import { KubernetesError } from "../../kubernetes/error.ts";
import type { FailingOwner } from "../../rollout/pod-gate.ts";
import type { ChangeMigration } from "../change-migration.ts";
import { said } from "../codes.ts";
import { Coordinator } from "../coordinator.ts";
import { claim } from "../leases.ts";
import type { RunPatch } from "../ports.ts";
import { PrismaRunStore } from "../store.ts";
import { CLAIMABLE } from "../transitions.ts";
import type { RollBack } from "../way-back.ts";
import { changesOf } from "./change.ts";
import { silentLog, type TestMigration, testDatabase, testMigration } from "./migrations.ts";

export const MIGRATION = "migration1";

/** Runs of three nodes. */
export const three = ["run00001", "run00002", "run00003"].map((id) => ({ id }));

/** What a run does next where nothing goes wrong. */
const FORWARD: Partial<Record<RunState, RunState>> = {
	preparing: "prepared",
	draining: "cutover",
	cutover: "verifying",
	verifying: "finishing",
	finishing: "done",
	cleaning: "failed",
	reverting: "reverted",
};

/** The rollout and what people decide, with workers that a test moves by hand. */
export class Batch {
	unavailable: Set<string> | null = new Set();
	/** Who fails in the cluster; null where it does not say. */
	failing: FailingOwner[] | null = [];
	/** How often it was asked. */
	looks = 0;
	/** What etcd or the API server lacks, as control plane nodes tell. */
	controlPlaneLacks: Message | null = null;
	/** Runs whose nodes were asked for it. */
	readonly askedOfControlPlane: string[] = [];
	/** So much more time has passed. */
	laterMs = 0;
	/** The console's clock was put ahead so much, or back. */
	clockAheadMs = 0;
	/** What becomes of a batch that goes back. */
	rollBack: RollBack = async ({ runs }) => ({ migration: "wayback1", count: runs.length });
	/** Happens while the rollout is decided on: between the look at the runs and what follows from it. */
	meanwhile: () => Promise<void> = async () => {};
	/** Happens once the rollout has decided: before the first thing that it writes. Once. */
	beforeWrite: (() => Promise<void>) | null = null;
	readonly store: PrismaRunStore;
	readonly coordinator: Coordinator;
	readonly change: ChangeMigration;

	constructor(readonly db: Db) {
		const now = () => new Date(Date.now() + this.laterMs + this.clockAheadMs);
		const nothing = () => {};
		this.store = new PrismaRunStore(db, { runChanged: nothing, runMoved: nothing, eventAppended: nothing, logAppended: nothing }, now);
		this.coordinator = new Coordinator({
			db: this.#interrupted(),
			unavailableNodes: async () => {
				await this.meanwhile();
				return this.unavailable;
			},
			cluster: async () => ({
				failingPods: async () => {
					this.looks += 1;
					if (!this.failing) throw new KubernetesError("cluster.timeout", { server: "https://192.0.2.9:6443", timeoutMs: 60_000 });
					return this.failing;
				},
			}),
			controlPlaneLacks: async (runId) => {
				this.askedOfControlPlane.push(runId);
				return this.controlPlaneLacks;
			},
			onRunChanged: nothing,
			onAsked: nothing,
			onMigrationChanged: nothing,
			onEvent: nothing,
			wakeWorker: nothing,
			monotonicMs: () => performance.now() + this.laterMs,
			rollBack: (asked) => this.rollBack(asked),
			now,
			log: silentLog,
		});
		this.change = changesOf(db, now);
	}

	#interrupted(): Db {
		const model = (all: object) =>
			new Proxy(all, {
				get: (target, name) => {
					const method = Reflect.get(target, name);
					if (name !== "update" && name !== "updateMany") return method;
					return async (query: unknown) => {
						const then = this.beforeWrite;
						this.beforeWrite = null;
						await then?.();
						return method(query);
					};
				},
			});
		const models: Record<PropertyKey, unknown> = { run: model(this.db.run), migration: model(this.db.migration) };
		return new Proxy(this.db, { get: (target, name) => models[name] ?? Reflect.get(target, name) });
	}

	static async of(given: TestMigration): Promise<Batch> {
		const db = await testDatabase();
		await testMigration(db, { state: "draft", ...given });
		return new Batch(db);
	}

	/** One worker's step of one run: forward, or to `to`. */
	async move(id: string, to?: RunState, patch: RunPatch = {}): Promise<void> {
		const lease = await claim(this.db, id, [...CLAIMABLE, "prepared"], () => new Date());
		if (!lease) throw new Error(`${id} cannot be claimed`);
		const { state } = await this.store.load(id);
		const next = to ?? FORWARD[state];
		if (!next) throw new Error(`${id}: nothing follows ${state}`);
		await this.store.transition(lease, state, next, said("run.cleaning"), patch);
		await lease.release();
	}

	/** The rollout decides, then every run makes one step, until nothing moves; what was seen after each decision. */
	async play(step: (id: string, state: RunState) => RunState | undefined = () => undefined): Promise<Record<string, RunState>[]> {
		const seen: Record<string, RunState>[] = [];
		for (let turn = 0; turn < 100; turn++) {
			await this.coordinator.tick();
			const states = await this.states();
			seen.push(states);
			const open = Object.entries(states).filter(([, state]) => FORWARD[state] !== undefined);
			if (open.length === 0) return seen;
			for (const [id, state] of open) await this.move(id, step(id, state));
		}
		throw new Error("the rollout does not come to rest");
	}

	async states(): Promise<Record<string, RunState>> {
		const runs = await this.db.run.findMany({ orderBy: [{ position: "asc" }, { attempt: "asc" }] });
		return Object.fromEntries(runs.map((run) => [run.id, run.state as RunState]));
	}

	migration() {
		return this.db.migration.findUniqueOrThrow({ where: { id: MIGRATION } });
	}

	async state(): Promise<MigrationState> {
		return (await this.migration()).state as MigrationState;
	}
}
