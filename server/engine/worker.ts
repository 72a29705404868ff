import type { Logger } from "pino";
import type { Message } from "../../lib/contracts/finding.ts";
import type { RunState } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { said } from "./codes.ts";
import { EngineError } from "./errors.ts";
import { asMessage } from "./executor/failure.ts";
import { claim, type HeldLease, RENEW_MS } from "./leases.ts";
import type { Executor, RunStore } from "./ports.ts";
import { CLAIMABLE } from "./transitions.ts";

export interface WorkerOptions {
	db: Db;
	store: Pick<RunStore, "patch">;
	executor: Executor;
	now: () => Date;
	log: Logger;
	/** How often runs are looked for that nobody told us of, in milliseconds. */
	lookEveryMs: number;
	/** A run whose executor broke is taken up again after this; each further time later, up to `longestRetryMs`. */
	retryMs: number;
	/** Default 60 s. */
	longestRetryMs?: number;
	/** A run that ended with something left to see on its node is looked at again this often. Default 60 s. */
	lookAgainMs?: number;
}

/** What has something to do, and what may still be called back while it waits. */
const OPEN: readonly RunState[] = [...CLAIMABLE, "prepared"];
/** What has ended with its node perhaps not as it should be. */
const ENDED: readonly RunState[] = ["revert-failed", "failed", "cancelled", "not-started", "done"];
const LONGEST_RETRY_MS = 60_000;
const LOOK_AGAIN_MS = 60_000;
/** Later than this nobody waits any more for a node that ended badly: a person has seen to it, or it is gone. */
const LOOK_AGAIN_FOR_MS = 7 * 24 * 3_600_000;

/**
 * Finds runs that have something to do, holds a lease on each while its executor carries it forward, and lets go. On start the runs
 * that an earlier console left in flight are claimed like any other: their executor looks at the node first.
 */
export class Worker {
	readonly #active = new Map<string, { lease: HeldLease; ended: Promise<void> }>();
	/** `notBefore`: by the clock that nobody sets. */
	readonly #retries = new Map<string, { failures: number; notBefore: number }>();
	/** Leases that could not be handed back: until they are, nobody would take up their runs before their time is over. */
	readonly #owed = new Set<HeldLease>();
	#timer: NodeJS.Timeout | undefined;
	#stopping = false;
	#looking: Promise<void> | null = null;
	#again = false;
	#lookedAgain = Number.NEGATIVE_INFINITY;

	constructor(private readonly options: WorkerOptions) {}

	start(): void {
		this.#timer = setInterval(() => this.wake(), this.options.lookEveryMs);
		this.wake();
	}

	/** Looks now: something has changed. Before `start` nothing is claimed: whoever began before may hold it yet. */
	wake(): void {
		if (this.#stopping || !this.#timer) return;
		if (this.#looking) {
			this.#again = true;
			return;
		}
		this.#looking = this.#look()
			.catch((error: unknown) => this.options.log.error({ err: error }, "looking for runs failed"))
			.finally(() => {
				this.#looking = null;
				if (this.#again) {
					this.#again = false;
					this.wake();
				}
			});
	}

	/** A person has asked something of this run: it is not left to its pause. */
	hurry(runId: string): void {
		this.#retries.delete(runId);
		this.wake();
	}

	get activeRunIds(): string[] {
		return [...this.#active.keys()];
	}

	/**
	 * Stops claiming, ends the executors and hands the leases back; nodes in their cutover go on by themselves. An executor that does
	 * not end within `timeoutMs` loses its lease and can write nothing more.
	 */
	async stop({ timeoutMs = 4_000 }: { timeoutMs?: number } = {}): Promise<void> {
		this.#stopping = true;
		clearInterval(this.#timer);
		await this.#looking;
		const active = [...this.#active.values()];
		for (const { lease } of active) lease.abandon();
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, timeoutMs);
		});
		await Promise.race([Promise.all(active.map(({ ended }) => ended)), late]);
		clearTimeout(timer);
		const left = [...this.#active.values()];
		if (left.length > 0) this.options.log.warn({ runIds: left.map(({ lease }) => lease.runId) }, "runs did not let go in time");
		await Promise.all(left.map(({ lease }) => this.#release(lease)));
	}

	async #look(): Promise<void> {
		const { db, now } = this.options;
		for (const lease of [...this.#owed]) await this.#release(lease);
		const at = now();
		const free = { OR: [{ leaseId: null }, { leaseUntil: { lt: at } }] };
		const found = await db.run.findMany({
			where: { AND: [free, { OR: [{ state: { in: [...CLAIMABLE] } }, { state: "prepared", request: "cancel" }] }] },
			select: { id: true },
		});
		for (const { id } of found) {
			if ((this.#retries.get(id)?.notBefore ?? 0) <= performance.now()) await this.#take(id, OPEN);
		}
		if (performance.now() - this.#lookedAgain >= (this.options.lookAgainMs ?? LOOK_AGAIN_MS)) {
			this.#lookedAgain = performance.now();
			await this.#lookAgain(at);
		}
	}

	/** What ended with its node left in a state that the node, or its next boot, may still put right. */
	async #lookAgain(at: Date): Promise<void> {
		const since = new Date(at.getTime() - LOOK_AGAIN_FOR_MS);
		const unoccupied = { runs: { none: { state: { in: [...OPEN] } } } };
		const found = await this.options.db.run.findMany({
			where: {
				endedAt: { gt: since },
				OR: [
					{ state: "revert-failed", node: { mark: "revert-failed", ...unoccupied } },
					{
						AND: [{ events: { some: { code: "run.left-behind" } } }, { events: { none: { code: "run.cleaned-later" } } }],
						state: { in: [...ENDED] },
						node: unoccupied,
					},
					{
						AND: [{ events: { some: { code: "run.done-unfinished" } } }, { events: { none: { code: "run.finished-later" } } }],
						state: "done",
						node: unoccupied,
					},
				],
			},
			select: { id: true, nodeId: true, state: true, endedAt: true },
		});
		for (const run of found) if (!(await this.#isOvertaken(run))) await this.#take(run.id, ENDED);
	}

	/**
	 * A later run has made the node something else than this one left it: what this one owes is owed no more, and to clean up after it would
	 * take away what the later one uses. A way back that failed is not: its node is marked until it is settled.
	 */
	async #isOvertaken({ nodeId, state, endedAt }: { nodeId: string; state: string; endedAt: Date | null }): Promise<boolean> {
		if (state === "revert-failed" || !endedAt) return false;
		const later = { nodeId, endedAt: { gt: endedAt }, state: { in: ["done", "revert-failed"] } };
		return (await this.options.db.run.count({ where: later })) > 0;
	}

	async #take(id: string, states: readonly RunState[]): Promise<void> {
		if (this.#stopping || this.#active.has(id)) return;
		const lease = await claim(this.options.db, id, states, this.options.now);
		if (lease) this.#active.set(id, { lease, ended: this.#carry(lease) });
	}

	async #carry(lease: HeldLease): Promise<void> {
		const { executor, log } = this.options;
		const renewing = setInterval(() => {
			lease.renew().catch((error: unknown) => log.warn({ err: error, runId: lease.runId }, "the lease was not renewed"));
		}, RENEW_MS);
		try {
			await executor(lease);
			this.#retries.delete(lease.runId);
		} catch (error) {
			if (!lease.signal.aborted) await this.#broke(lease, error);
		} finally {
			clearInterval(renewing);
			await this.#release(lease);
			this.#active.delete(lease.runId);
			this.wake();
		}
	}

	/** The node's side is safe: an armed cutover goes back by itself. The run is taken up again from what the node says. */
	async #broke(lease: HeldLease, error: unknown): Promise<void> {
		const { log, retryMs, longestRetryMs = LONGEST_RETRY_MS, store } = this.options;
		const failures = (this.#retries.get(lease.runId)?.failures ?? 0) + 1;
		const pauseMs = Math.min(longestRetryMs, retryMs * 2 ** (failures - 1));
		this.#retries.set(lease.runId, { failures, notBefore: performance.now() + pauseMs });
		if (error instanceof EngineError) {
			log.warn({ err: error, runId: lease.runId }, "the run was let go");
			return;
		}
		log.error({ err: error, runId: lease.runId, pauseMs }, "the run was interrupted by an error");
		const told: Message = asMessage(error);
		try {
			await store.patch(lease, { waiting: said("run.trying-again", { because: told.code }, told.values) });
		} catch (failed) {
			log.warn({ err: failed, runId: lease.runId }, "why the run waits was not recorded");
		}
	}

	async #release(lease: HeldLease): Promise<void> {
		this.#owed.add(lease);
		try {
			await lease.release();
			this.#owed.delete(lease);
		} catch (error) {
			this.options.log.warn({ err: error, runId: lease.runId }, "the lease was not handed back");
		}
	}
}
