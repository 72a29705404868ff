import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { Message } from "../../lib/contracts/finding.ts";
import type { MigrationState, RunState } from "../../lib/contracts/run.ts";
import { wavesOf } from "../../lib/rollout-waves.ts";
import { OUT_RUN_STATES } from "../../lib/run-states.ts";
import { Prisma } from "../db/generated/client.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { listed } from "../preflight/check.ts";
import { decide, heldUpByOthers, type Rollout, type RolloutAction } from "../rollout/decide.ts";
import { lastApproval } from "./approvals.ts";
import { said } from "./codes.ts";
import { asksFor } from "./gates.ts";
import { type GateAnswer, PodGate } from "./pod-gate.ts";
import { type ReadRollout, RolloutReader, type RolloutReaderOptions } from "./rollout-reader.ts";
import { CANCELLABLE, mayBecome, migrationMayBecome } from "./transitions.ts";
import { type RollBack, WayBack } from "./way-back.ts";

const OUT: readonly RunState[] = OUT_RUN_STATES;
/** Has not been out. */
const BEFORE: readonly RunState[] = ["queued", "preparing", "prepared", "not-started", "skipped"];
const ACTIVE: readonly MigrationState[] = ["running", "paused", "held", "stopping", "cancelling"];
/** Named as a reason to wait; the rest as a number. */
const MOST_NAMES = 5;
/** What a migration that runs says while its gate is shut. */
const GATE_WORDS = ["migration.waiting-for-pods", "migration.pods-unknown", "run.waiting-for-cluster"];
const LAST_WORDS = ["migration.rolled-back", "migration.roll-back-failed"];

export interface CoordinatorOptions extends RolloutReaderOptions {
	/** Null where the cluster has no API. */
	cluster: (clusterId: string) => Promise<Pick<ClusterApi, "failingPods"> | null>;
	onRunChanged: (runId: string) => void;
	/** Whoever carries the run has something to hear. */
	onAsked: (runId: string) => void;
	onMigrationChanged: (migrationId: string) => void;
	onEvent: (eventId: number) => void;
	/** Something may have to do now. */
	wakeWorker: () => void;
	/** Plans and starts the way back of the nodes that a migration took over. */
	rollBack: RollBack;
	log: Logger;
}

/** Asks `decide` for each active migration and carries its answers out, each as one conditional update with its event. */
export class Coordinator {
	/** Looks under way, by cluster. */
	readonly #looks = new Map<string, { again: boolean; ended: Promise<void> }>();
	#stopped = false;
	/** Migrations whose prepared runs say that they wait. */
	readonly #waiting = new Set<string>();

	readonly #wayBack: WayBack;
	readonly #podGate: PodGate;
	readonly #reader: RolloutReader;

	constructor(private readonly options: CoordinatorOptions) {
		this.#reader = new RolloutReader(options);
		this.#wayBack = new WayBack(options);
		const onLooked = () =>
			void this.tick().catch((error: unknown) => options.log.error({ err: error }, "the rollouts could not be decided"));
		this.#podGate = new PodGate({ ...options, onLooked });
	}

	/**
	 * Looks at all active migrations now; a call during a look is followed by another look. The migrations of one cluster are decided one after
	 * the other, since they share its places; those of another do not wait for an API that is slow to answer.
	 */
	async tick(): Promise<void> {
		if (this.#stopped) return;
		const active = await this.options.db.migration.findMany({
			where: { state: { in: [...ACTIVE] } },
			select: { id: true, clusterId: true },
		});
		this.#podGate.keepOnly(active.map(({ id }) => id));
		await Promise.all([...new Set(active.map(({ clusterId }) => clusterId))].map((clusterId) => this.#lookAt(clusterId)));
	}

	#lookAt(clusterId: string): Promise<void> {
		const known = this.#looks.get(clusterId);
		if (known) {
			known.again = true;
			return known.ended;
		}
		const look = { again: true, ended: Promise.resolve() };
		this.#looks.set(clusterId, look);
		const untilQuiet = async () => {
			while (look.again && !this.#stopped) {
				look.again = false;
				await this.#look(clusterId);
			}
		};
		look.ended = untilQuiet().finally(() => this.#looks.delete(clusterId));
		return look.ended;
	}

	/** Decides nothing more; resolves when what is under way has ended. */
	async stop(): Promise<void> {
		this.#stopped = true;
		this.#wayBack.stop();
		await Promise.all([this.#podGate.stop(), ...[...this.#looks.values()].map(({ ended }) => ended.catch(() => {}))]);
	}

	async #look(clusterId: string): Promise<void> {
		const migrations = await this.options.db.migration.findMany({
			where: { clusterId, state: { in: [...ACTIVE] } },
			select: { id: true },
		});
		for (const { id } of migrations) {
			if (this.#stopped) return;
			try {
				await this.#decide(id);
			} catch (error) {
				this.options.log.error({ err: error, migrationId: id }, "the rollout could not be decided");
			}
		}
	}

	async #decide(migrationId: string): Promise<void> {
		const loaded = await this.#reader.read(migrationId);
		if (!loaded) return;
		const { rollout } = loaded;
		if (rollout.state === "cancelling") await this.#cancelAll(migrationId);
		const gate = await this.#askGate(migrationId, loaded);
		for (const action of decide({ ...rollout, pods: gate.answer.kind })) {
			if (this.#stopped) return;
			await this.#carryOut(migrationId, rollout, action, gate.answer);
			if (action.kind === "go-out" && loaded.ungated) await this.#note(migrationId, action.runId, said("run.pods-not-compared"));
		}
		if (rollout.state === "running") await this.#sayGate(migrationId, loaded.stateWhy, gate.answer);
		await this.#sayWhyWaiting(migrationId, loaded, gate);
		if (rollout.rollingBack) this.#wayBack.consider(migrationId);
	}

	/** Asks the gate only where a node would go out otherwise; `next` are those. */
	async #askGate(migrationId: string, { rollout, gate }: ReadRollout): Promise<{ answer: GateAnswer; next: string[] }> {
		const open = { answer: { kind: "open" as const }, next: [] };
		if (!gate || this.#stopped) return open;
		const next = decide(rollout).flatMap((action) => (action.kind === "go-out" ? [action.runId] : []));
		const waves = wavesOf(rollout.runs, rollout.policy, rollout.direction);
		const wave = waves.find(({ runs }) => runs.some(({ id }) => next.includes(id)));
		if (!wave) return open;
		const gone = rollout.runs.filter(({ state }) => !BEFORE.includes(state));
		const answer = await this.#podGate.ask({
			...gate,
			migrationId,
			wave: `${wave.kind} ${wave.number}`,
			since: gone.map(({ id, state }) => `${id} ${state}`).join(),
			someOut: gone.some(({ state }) => OUT.includes(state)),
		});
		return { answer, next };
	}

	/** While its gate is shut a migration that runs says why. */
	async #sayGate(migrationId: string, stateWhy: Message | null, answer: GateAnswer): Promise<void> {
		const { db, onMigrationChanged } = this.options;
		const said = stateWhy !== null && GATE_WORDS.includes(stateWhy.code);
		// Being asked anew says nothing new.
		if (answer.kind === "overdue" || (answer.kind === "closed" && answer.told === null)) return;
		const told = answer.kind === "closed" ? answer.told : null;
		if (told === null ? !said : isDeepStrictEqual(told, stateWhy)) return;
		const { count } = await db.migration.updateMany({
			where: { id: migrationId, state: "running" },
			data: { stateWhy: told ? { ...told } : Prisma.DbNull },
		});
		if (count === 1) onMigrationChanged(migrationId);
	}

	/** Also those that began between a person's word and its record, or whose console was killed there. */
	async #cancelAll(migrationId: string): Promise<void> {
		const where = { migrationId, state: { in: [...CANCELLABLE] }, request: null };
		const unasked = await this.options.db.run.findMany({ where, select: { id: true } });
		if (unasked.length === 0) return;
		await this.options.db.run.updateMany({ where, data: { request: "cancel" } });
		for (const { id } of unasked) this.options.onAsked(id);
	}

	async #carryOut(migrationId: string, rollout: Rollout, action: RolloutAction, gate: GateAnswer): Promise<void> {
		const { state } = rollout;
		switch (action.kind) {
			case "prepare":
				await this.#moveRun(migrationId, action.runId, "queued", "preparing", said("run.preparing"));
				return;
			case "go-out":
				await this.#moveRun(migrationId, action.runId, "prepared", "draining", said("run.going-out"));
				return;
			case "never-start":
				if (await this.#moveRun(migrationId, action.runId, "queued", "not-started", said("run.not-started"))) return;
				await this.#moveRun(migrationId, action.runId, "prepared", "cleaning", said("run.not-started"));
				return;
			case "hold":
				return this.#hold(migrationId, rollout, action.because);
			case "hold-for-pods": {
				if (gate.kind !== "overdue") return;
				// On record first: whoever goes on anyway accepts these.
				await this.#podGate.hold(migrationId, gate.owners);
				const why = { ...gate.told, values: { ...gate.told.values, run: action.next } };
				if (await this.#moveMigration(migrationId, state, "held", why)) await this.#note(migrationId, action.next, gate.told);
				return;
			}
			case "go-on": {
				const run = await this.options.db.run.findUnique({ where: { id: action.runId }, select: { nodeName: true } });
				await this.#moveMigration(migrationId, state, "running", said("migration.went-on", { node: run?.nodeName ?? "" }));
				return;
			}
			case "ask":
				await this.#moveMigration(migrationId, state, "paused", asksFor(action.gate));
				return;
			case "pause-unapproved": {
				const last = await lastApproval(this.options.db, migrationId);
				await this.#moveMigration(migrationId, state, "paused", said("migration.approval-void", { person: last?.userName ?? "" }));
				return;
			}
			case "pause-prepared":
				await this.#moveMigration(migrationId, state, "paused", said("migration.prepared"));
				return;
			case "end":
				return this.#end(migrationId, state, action.state);
			default:
				return action satisfies never;
		}
	}

	/** Where its nodes went back as a batch, that stays its last word. */
	async #end(migrationId: string, from: MigrationState, to: MigrationState): Promise<void> {
		const { stateWhy } = (await this.options.db.migration.findUnique({ where: { id: migrationId }, select: { stateWhy: true } })) ?? {};
		const why = stateWhy as Message | null | undefined;
		await this.#moveMigration(migrationId, from, to, why && LAST_WORDS.includes(why.code) ? why : null);
	}

	async #hold(migrationId: string, { state, policy, direction, runs }: Rollout, runId: string): Promise<void> {
		const run = await this.options.db.run.findUnique({ where: { id: runId }, select: { nodeName: true } });
		const values = { node: run?.nodeName ?? "", run: runId };
		const held = runs.some((one) => one.id === runId && one.held);
		const why = held ? said("migration.node-held", values) : said("migration.held", values);
		const rollsBack = policy.onFailures === "roll-back" && direction === "migrate";
		const back = { ...why, code: "migration.rolling-back" };
		if (!(await this.#moveMigration(migrationId, state, "held", rollsBack ? back : why))) return;
		await this.#note(migrationId, runId, why);
	}

	async #note(migrationId: string, runId: string, { code, values }: Message): Promise<void> {
		const { db, now, onEvent } = this.options;
		const event = await db.runEvent.create({ data: { runId, migrationId, code, values, at: now() } });
		onEvent(event.id);
	}

	/** False where the run is elsewhere by now, or the migration is: the next look decides anew. */
	async #moveRun(migrationId: string, runId: string, from: RunState, to: RunState, event: Message): Promise<boolean> {
		if (!mayBecome(from, to)) throw new Error(`run ${runId}: ${from} -> ${to} is not in the table`);
		const { db, now } = this.options;
		const at = now();
		// Nothing starts once a person has paused the migration or cancelled the run, however short ago.
		const starts = to === "draining" || to === "preparing";
		try {
			const row = await db.run.update({
				where: { id: runId, state: from, leaseId: null, ...(starts ? { request: null, migration: { state: "running" } } : {}) },
				data: {
					state: to,
					version: { increment: 1 },
					waiting: Prisma.DbNull,
					...(to === "preparing" ? { startedAt: at } : {}),
					...(to === "not-started" ? { endedAt: at } : {}),
					...(to === "not-started" || to === "cleaning" ? { result: { ...event } } : {}),
					events: { create: { migrationId, code: event.code, values: { from, to, ...event.values }, at } },
				},
				select: { events: { orderBy: { id: "desc" }, take: 1, select: { id: true } } },
			});
			this.options.onRunChanged(runId);
			for (const { id } of row.events) this.options.onEvent(id);
			this.options.wakeWorker();
			return true;
		} catch (error) {
			if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025")) throw error;
			return false;
		}
	}

	/** False where a person was faster. */
	async #moveMigration(migrationId: string, from: MigrationState, to: MigrationState, why: Message | null): Promise<boolean> {
		if (!migrationMayBecome(from, to)) throw new Error(`migration ${migrationId}: ${from} -> ${to} is not in the table`);
		const ended = to === "done" || to === "done-with-failures" || to === "cancelled";
		const { count } = await this.options.db.migration.updateMany({
			where: { id: migrationId, state: from },
			data: { state: to, stateWhy: why ? { ...why } : Prisma.DbNull, ...(ended ? { endedAt: this.options.now() } : {}) },
		});
		if (count === 1) this.options.onMigrationChanged(migrationId);
		return count === 1;
	}

	/** Runs that could go out and may not say why: nobody knows which nodes are out, these are and take all the places, or pods fail. */
	async #sayWhyWaiting(
		migrationId: string,
		{ rollout, outAnyway }: ReadRollout,
		{ answer, next }: { answer: GateAnswer; next: readonly string[] },
	): Promise<void> {
		// Being asked anew says nothing new.
		if (answer.kind === "closed" && answer.told === null) return;
		const atGate = answer.kind === "closed" && answer.told ? ofRun(answer.told) : null;
		const unknown = rollout.state === "running" && rollout.unavailableKnown === false && !rollout.prepareOnly;
		const prepared = rollout.runs.filter((run) => run.state === "prepared").map((run) => run.id);
		const held = new Set(unknown ? prepared : atGate ? next : heldUpByOthers(rollout));
		if (held.size === 0 && !this.#waiting.has(migrationId)) return;
		const names = listed(outAnyway, MOST_NAMES);
		const told =
			atGate ??
			(unknown
				? said("run.waiting-for-cluster")
				: said("run.waiting-for-others", { nodes: names, count: outAnyway.length, most: rollout.maxUnavailable }));
		const { db, onRunChanged } = this.options;
		const resting = { migrationId, state: "prepared", leaseId: null };
		for (const run of await db.run.findMany({ where: resting, select: { id: true, waiting: true } })) {
			const waiting = held.has(run.id) ? told : null;
			if (isDeepStrictEqual(run.waiting, waiting)) continue;
			await db.run.updateMany({ where: { ...resting, id: run.id }, data: { waiting: waiting ? { ...waiting } : Prisma.DbNull } });
			onRunChanged(run.id);
		}
		if (held.size > 0) this.#waiting.add(migrationId);
		else this.#waiting.delete(migrationId);
	}
}

/** What a run says that waits for the same as its migration. */
function ofRun({ code, values }: Message): Message {
	if (code === "migration.waiting-for-pods")
		return said("run.waiting-for-pods", { pods: values["pods"] ?? "", count: values["count"] ?? 0 });
	return code === "migration.pods-unknown"
		? said("run.waiting-for-pod-list", { because: values["because"] ?? "" }, values)
		: { code, values };
}
