import type { Logger } from "pino";
import type { HoldAnswer } from "../../lib/contracts/run.ts";
import type { AuditLog } from "../audit/audit.ts";
import type { Db } from "../db/client.ts";
import type { Commit } from "../db/commit.ts";
import type { EventHub } from "../events/hub.ts";
import { Adoption } from "./adoption.ts";
import { Announcer } from "./announcer.ts";
import { answerHold } from "./answer-hold.ts";
import { Asked } from "./asked.ts";
import { rollBackBatch } from "./batch-rollback.ts";
import { ChangeMigration } from "./change-migration.ts";
import { Coordinator } from "./coordinator.ts";
import { DraftNodes } from "./draft-nodes.ts";
import type { ExecutorPorts } from "./executor/context.ts";
import { controlPlaneLacks } from "./executor/control-plane.ts";
import { createExecutor } from "./executor/executor.ts";
import { releaseAll } from "./leases.ts";
import { endLeftOpen } from "./open-runs.ts";
import { Planning, type PlanningPorts } from "./planning.ts";
import { Schedule } from "./schedule.ts";
import { PrismaRunStore, type RunListener } from "./store.ts";
import { Uncordon, type UncordonOutcome } from "./uncordon.ts";
import { Worker } from "./worker.ts";

export interface EngineOptions {
	db: Db;
	hub: EventHub;
	audit: Pick<AuditLog, "commit">;
	log: Logger;
	consoleId: string;
	now: () => Date;
	executor: Omit<ExecutorPorts, "store" | "consoleId" | "onAsked" | "now" | "monotonicMs" | "wait" | "log">;
	planning: Omit<PlanningPorts, "db" | "consoleId" | "now">;
	/** Names of nodes that are NotReady or cordoned; null where it cannot be known now, or there is no API. */
	unavailableNodes: (clusterId: string) => Promise<Set<string> | null>;
	/** So much of one run's log is kept, in bytes; absent or 0: all of it. */
	logLimitBytes?: number;
	/** True where other processes carry runs of the same database: leases left behind are then waited for, not taken. */
	sharedDatabase?: boolean;
	/** How often what nobody announced is looked for, in milliseconds: also how fast a person's decision takes effect at worst. */
	lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
const RETRY_MS = 5_000;

/** The durable execution of runs: planning, what people decide, the rollout and the workers, on one database. */
export class Engine {
	readonly planning: Planning;
	readonly change: ChangeMigration;
	readonly draftNodes: DraftNodes;
	readonly schedule: Schedule;
	readonly adoption: Adoption;
	readonly announcer: Announcer;
	readonly #coordinator: Coordinator;
	readonly #worker: Worker;
	readonly #uncordon: Uncordon;
	readonly #asked = new Asked();
	readonly #stopping = new AbortController();
	#beginning: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;

	constructor(private readonly options: EngineOptions) {
		const { db, hub, audit, log, consoleId, now, lookEveryMs = LOOK_EVERY_MS } = options;
		this.announcer = new Announcer(db, hub, log);
		const store = new PrismaRunStore(db, this.#listener(), now, options.logLimitBytes);
		const asked = this.#asked;
		const onAsked: ExecutorPorts["onAsked"] = (id, listener) => asked.listen(id, listener);
		const ports: ExecutorPorts = { ...options.executor, store, consoleId, onAsked, now, monotonicMs: () => performance.now(), wait, log };
		this.#worker = new Worker({ db, store, executor: createExecutor(ports), now, log, lookEveryMs, retryMs: RETRY_MS });
		const wake = () => this.wake();
		const onEvent = (id: number) => this.announcer.eventAppended(id);
		const onRunChanged = (id: string) => {
			this.announcer.runChanged(id);
			this.#worker.hurry(id);
			asked.tell(id);
		};
		const onDetailChanged = (id: string) => hub.publish({ type: "changed", what: "migrations", id });
		const onMigrationChanged = (id: string) => this.announcer.migrationChanged(id);
		this.#coordinator = new Coordinator({
			db,
			unavailableNodes: options.unavailableNodes,
			cluster: options.executor.cluster,
			controlPlaneLacks: async (runId, signal) => {
				const run = await store.load(runId);
				const cluster = async () => (run.withoutApi ? null : options.executor.cluster(run.clusterId));
				return controlPlaneLacks({ run, signal, cluster }, options.executor.session(run.nodeId));
			},
			onRunChanged: (id) => this.announcer.runChanged(id),
			onAsked: (id) => {
				this.#worker.hurry(id);
				asked.tell(id);
			},
			onMigrationChanged,
			onEvent,
			wakeWorker: () => this.#worker.wake(),
			rollBack: (asked) => rollBackBatch({ db, audit, planning: this.planning, change: this.change }, asked),
			now,
			monotonicMs: ports.monotonicMs,
			log,
		});
		this.planning = new Planning({ ...options.planning, db, consoleId, now });
		const { session, cluster } = options.executor;
		this.adoption = new Adoption({ db, consoleId, session, cluster, onMigrationChanged, onRunChanged, wake, now });
		const onUnasked = (err: unknown, migrationId: string) =>
			log.warn({ err, migrationId }, "runs are not asked to end yet; the rollout asks them");
		this.change = new ChangeMigration({ db, onDetailChanged, onMigrationChanged, onRunChanged, onEvent, onUnasked, wake, now });
		this.#uncordon = new Uncordon({ db, cluster, onRunChanged: (id) => this.announcer.runChanged(id), onEvent, now });
		this.draftNodes = new DraftNodes({ db, planning: this.planning, change: this.change, onDetailChanged });
		this.schedule = new Schedule({ db, change: this.change, audit, onMigrationChanged, now, log });
	}

	/** Takes up the runs in flight and decides what may start; returns at once. What the database refuses now is tried until it holds. */
	start(): void {
		this.#beginning ??= this.#begin();
	}

	/** Whether runs are carried: not before the engine has begun, and not once it stops. */
	get running(): boolean {
		return this.#timer !== undefined && !this.#stopping.signal.aborted;
	}

	async #begin(): Promise<void> {
		const { db, log, sharedDatabase, lookEveryMs = LOOK_EVERY_MS } = this.options;
		const { signal } = this.#stopping;
		// In one process nobody else can hold a lease: what a killed console held is taken up now and not when its time is over.
		for (let begun = false; !begun && !signal.aborted; ) {
			try {
				if (!sharedDatabase) await releaseAll(db);
				await endLeftOpen(db);
				begun = true;
			} catch (error) {
				log.error({ err: error }, "the engine has not started yet: what was left behind could not be put in order");
				await wait(lookEveryMs, signal);
			}
		}
		if (signal.aborted) return;
		// The worker looks by a timer of its own.
		this.#timer = setInterval(() => this.#look(), lookEveryMs);
		this.#worker.start();
		this.#look();
	}

	/** For a person: the node of an ended run takes pods again. Throws as `Uncordon` does. */
	uncordon(runId: string, person: string, why?: string, commit?: Commit): Promise<UncordonOutcome> {
		return this.#uncordon.run(runId, person, why, commit);
	}

	/** For a person: what becomes of a node that is held for a look. Throws as `answerHold` does. */
	answerHold(runId: string, answer: HoldAnswer, given: { person: string; reason?: string; commit?: Commit }): Promise<void> {
		const { db, now } = this.options;
		const onEvent = (id: number) => this.announcer.eventAppended(id);
		const onRunChanged = (id: string) => {
			this.announcer.runChanged(id);
			this.#asked.tell(id);
		};
		return answerHold({ db, now, onEvent, onRunChanged }, runId, answer, given);
	}

	wake(): void {
		if (!this.running) return;
		this.#worker.wake();
		this.#look();
	}

	#look(): void {
		this.#decide();
		this.schedule.tick().catch((error: unknown) => this.options.log.error({ err: error }, "the schedule could not be looked at"));
	}

	/** Stops claiming and hands the leases back, within 5 s. Nodes in their cutover go on by themselves. */
	async stop(): Promise<void> {
		this.#stopping.abort();
		await this.#beginning;
		clearInterval(this.#timer);
		await Promise.all([this.schedule.stop(), this.#coordinator.stop(), this.#worker.stop()]);
		this.announcer.stop();
	}

	#decide(): void {
		this.#coordinator.tick().catch((error: unknown) => this.options.log.error({ err: error }, "the rollouts could not be decided"));
	}

	/** A run in another state is a reason to decide at once: the next node need not wait for the clock. */
	#listener(): RunListener {
		const { announcer } = this;
		return {
			runChanged: (id) => announcer.runChanged(id),
			runMoved: (id, to) => {
				announcer.runMoved(id, to);
				this.#decide();
			},
			eventAppended: (id) => announcer.eventAppended(id),
			logAppended: (...piece) => announcer.logAppended(...piece),
		};
	}
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve();
		const done = () => {
			clearTimeout(timer);
			signal.removeEventListener("abort", done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal.addEventListener("abort", done, { once: true });
	});
}
