import type { FieldChange } from "../../lib/contracts/audit.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { Gate, Pace } from "../../lib/contracts/rollout.ts";
import { type MigrationState, migrationStateSchema } from "../../lib/contracts/run.ts";
import { paceChanges, paceOf, withPace } from "../../lib/pace.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import { Queue } from "../db/queue.ts";
import { addNodes, type PlanAdded } from "./add-nodes.ts";
import { approve, lastApproval, refuseUnseen, whyNotApproved } from "./approvals.ts";
import { latestAttempts } from "./attempts.ts";
import { refuseBusy } from "./busy-nodes.ts";
import { MigrationChangeError, wrongState } from "./change-error.ts";
import { because, said } from "./codes.ts";
import { askedGate, passedGates } from "./gates.ts";
import { storedNames } from "./pod-gate.ts";
import { CANCELLABLE, migrationMayBecome } from "./transitions.ts";
import { goWithoutApi, loseTheirApi } from "./without-api.ts";

/** The attempt that another follows. */
export interface TriedAgain {
	id: string;
	nodeId: string;
	attempt: number;
	position: number;
}

export interface ChangeMigrationOptions {
	db: Db;
	onMigrationChanged: (migrationId: string) => void;
	onRunChanged: (runId: string) => void;
	onEvent: (eventId: number) => void;
	/** More of a migration is another than its own row: its approvals, its nodes. */
	onDetailChanged?: (migrationId: string) => void;
	/** Something may have to happen now. */
	wake: () => void;
	now: () => Date;
}

/** States whose run may be tried again. `revert-failed` is not one of them: the node needs hands first. */
const FAILED = ["failed", "reverted", "cancelled"];

/**
 * What people do to a migration once it is planned. Each is one conditional update; the engine takes it from there. Who asked for
 * what about a node is an event of its run; about the migration as a whole, its `stateWhy` and the audit record say it.
 */
export class ChangeMigration {
	/** Of two requests that look first and write then, the second sees what the first has done. */
	readonly #turns = new Queue();

	constructor(private readonly options: ChangeMigrationOptions) {}

	/**
	 * Names of the nodes that go without the cluster's API are returned; `withoutApi` lets those go that were planned with an API which
	 * the cluster has no more. `scheduledFor`: it is not a person who asks but the time that this person has set. `digest`: of what a person
	 * has seen (lib/approval.ts); absent where nobody looked. Throws `migration.changed-since` where something else is there now,
	 * `migration.node-busy` where another run works on one of its nodes.
	 */
	start(
		migrationId: string,
		person: string,
		{
			withoutApi = false,
			personId = person,
			scheduledFor,
			digest,
		}: { withoutApi?: boolean; personId?: string; scheduledFor?: Date; digest?: string } = {},
	): Promise<string[]> {
		return this.#turns.run(async () => {
			const migration = await this.#find(migrationId);
			const from: MigrationState[] = scheduledFor ? ["scheduled"] : ["draft", "scheduled"];
			// Taken back and scheduled anew meanwhile: it has another time.
			const another = scheduledFor !== undefined && migration.startAt?.getTime() !== scheduledFor.getTime();
			if (another || !from.includes(migrationStateSchema.parse(migration.state))) throw wrongState(migration.state, from);
			if (digest !== undefined) await refuseUnseen(this.options.db, migrationId, digest);
			if (policySchema.parse(migration.policy).ticketNeeded && migration.ticket === "")
				throw new MigrationChangeError("migration.ticket-needed", {});
			await this.#refuseUnapproved(migrationId, [personId]);
			const { db } = this.options;
			const planned = { migrationId, state: "queued" };
			const runs = await db.run.findMany({ where: planned, select: { nodeId: true } });
			if (runs.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
			await refuseBusy(
				this.options.db,
				migrationId,
				runs.map((run) => run.nodeId),
			);
			// Approved was a run with drain and verification in the cluster.
			if (withoutApi && policySchema.parse(migration.policy).approval.needed && (await loseTheirApi(db, migrationId)))
				throw new MigrationChangeError("migration.approval-void", { person: (await lastApproval(db, migrationId))?.userName ?? "" });
			const without = await goWithoutApi(db, migrationId, withoutApi);
			const why = said(scheduledFor ? "migration.started-as-scheduled" : "migration.started", { person });
			await this.#move(migrationId, from, "running", why, {
				startedAt: this.options.now(),
				startedById: personId,
				withoutApi: without.length > 0,
				...(scheduledFor ? {} : { startAt: null, schedule: Prisma.DbNull }),
			});
			return without;
		});
	}

	/** For what else looks at a migration first and changes it then: one after the other with what is done here. */
	inTurn<T>(work: () => Promise<T>): Promise<T> {
		return this.#turns.run(work);
	}

	async pause(migrationId: string, person: string): Promise<void> {
		await this.#move(migrationId, ["running"], "paused", said("migration.paused", { person }));
	}

	/**
	 * Goes on after a pause, a failure or a question; what failed stays as it is, and does not stop the rest again. Returns the question
	 * that this answers, or null. Where it was held for pods that fail this accepts them, and throws `migration.reason-needed` without a reason.
	 */
	resume(migrationId: string, person: string, personId = person, why?: string): Promise<Gate | null> {
		return this.#turns.run(async () => {
			const migration = await this.#find(migrationId);
			refuseRollingBack(migration.stateWhy);
			await this.#refuseUnapproved(migrationId, [personId, ...(migration.startedById ? [migration.startedById] : [])]);
			const policy = policySchema.parse(migration.policy);
			const was = migration.stateWhy as Message | null;
			const prepared = was?.code === "migration.prepared";
			const gate = migration.state === "paused" ? askedGate(migration.stateWhy) : null;
			if (migration.state === "held" && was?.code === "migration.held-for-pods") {
				if (!why) throw new MigrationChangeError("migration.reason-needed", {});
				await this.#acceptPods(migrationId, person, was, why);
			} else if (migration.state === "held") await this.#acceptFailures(migrationId, person, why);
			await this.#move(migrationId, ["paused", "held"], "running", said("migration.resumed", { person }), {
				...(prepared ? { policy: { ...policy, prepareOnly: false } } : {}),
				...(gate ? { gates: [...passedGates(migration.gates), gate] } : {}),
			});
			return gate;
		});
	}

	/** This person has seen what is there and says that it may run. Throws `migration.changed-since` where they have seen something else. */
	approve(
		migrationId: string,
		person: { id: string; name: string },
		given: { digest: string; reason: string },
	): Promise<{ digest: string; ticket: string }> {
		return this.#turns.run(async () => {
			const { state, ticket, startedById, policy } = await this.#find(migrationId);
			const allowed: MigrationState[] = ["draft", "scheduled", "running", "paused", "held"];
			if (!allowed.includes(migrationStateSchema.parse(state))) throw wrongState(state, allowed);
			if (policySchema.parse(policy).approval.byAnother && startedById === person.id)
				throw new MigrationChangeError("migration.approval-by-starter", { person: person.name });
			if (given.reason === "") throw new MigrationChangeError("migration.reason-needed", {});
			const { db, now } = this.options;
			await approve(db, migrationId, { ...given, ticket, person, at: now() }).catch((error: unknown) => {
				throw error instanceof RangeError ? new MigrationChangeError("migration.changed-since", {}) : error;
			});
			this.options.onMigrationChanged(migrationId);
			this.options.onDetailChanged?.(migrationId);
			return { digest: given.digest, ticket };
		});
	}

	/** Further nodes for a migration that is paused; see `addNodes`. */
	addNodes(migrationId: string, nodeIds: readonly string[], person: string, plan: PlanAdded, why?: string): Promise<string[]> {
		return addNodes({ ...this.options, turns: this.#turns }, { migrationId, nodeIds, person, plan, why });
	}

	/**
	 * Another pace from now on: what is out already is finished. Returns what was changed, for the record. Throws `migration.nothing-to-do`
	 * where it is the pace that the migration has.
	 */
	changePace(migrationId: string, pace: Pace): Promise<FieldChange[]> {
		return this.#turns.run(async () => {
			const migration = await this.#find(migrationId);
			const allowed: MigrationState[] = ["draft", "scheduled", "running", "paused", "held"];
			const policy = policySchema.parse(migration.policy);
			const changed = withPace(policy, pace);
			const changes = paceChanges(paceOf(policy), paceOf(changed));
			if (changes.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
			const { count } = await this.options.db.migration.updateMany({
				where: { id: migrationId, state: { in: allowed } },
				data: { policy: changed },
			});
			if (count === 0) throw wrongState((await this.#find(migrationId)).state, allowed);
			this.options.onMigrationChanged(migrationId);
			this.options.wake();
			return changes;
		});
	}

	/** Nothing new starts; it ends with the running nodes. */
	async stop(migrationId: string, person: string): Promise<void> {
		await this.#move(migrationId, ["running", "paused", "held"], "stopping", said("migration.stopping", { person }));
	}

	/** Each running node cleans up or goes back; those that wait never start. A draft is not cancelled but discarded. */
	async cancel(migrationId: string, person: string, why?: string): Promise<void> {
		await this.#move(migrationId, ["running", "paused", "held", "stopping"], "cancelling", said("migration.cancelling", { person }));
		const running = await this.options.db.run.findMany({
			where: { migrationId, state: { in: [...CANCELLABLE] } },
			select: { id: true },
		});
		for (const { id } of running) await this.#request(id, migrationId, person, why);
		this.options.wake();
	}

	/** One node: before its cutover it cleans up, afterwards it goes back. After the commit only a rollback takes it back. */
	async cancelRun(runId: string, person: string | null = null, why?: string): Promise<void> {
		const { db } = this.options;
		const run = await db.run.findUnique({ where: { id: runId }, select: { migrationId: true } });
		if (!run) throw new MigrationChangeError("run.not-found", { run: runId });
		const asked = [runId, run.migrationId, person, why] as const;
		if (!(await this.#neverStart(...asked)) && !(await this.#request(...asked))) {
			const now = await db.run.findUniqueOrThrow({ where: { id: runId }, select: { state: true } });
			throw new MigrationChangeError("run.wrong-state", { run: runId, state: now.state });
		}
		this.options.wake();
	}

	/**
	 * New runs for nodes whose last attempt failed ("failed") or never began ("not-started"); returns how many. A run never goes forward
	 * again: each is a new one with a new plan, which `replan` makes from the node as it is now (safety rule 1). Nodes are read outside
	 * the turn and all at once: one that does not answer keeps nobody else's request waiting. A paused migration stays paused.
	 */
	async tryAgain(
		migrationId: string,
		which: "failed" | "not-started",
		person: string,
		replan: (run: TriedAgain) => Promise<Prisma.RunUncheckedCreateInput>,
		words?: string,
	): Promise<number> {
		const asked = await this.#turns.run(async () => (await this.#toTryAgain(migrationId, which)).runs);
		const rows = await Promise.all(asked.map(replan));
		return this.#turns.run(async () => {
			const { db, now, onEvent } = this.options;
			// What somebody else has tried again meanwhile is not tried twice.
			const { migration, runs } = await this.#toTryAgain(migrationId, which);
			const still = new Set(runs.map((run) => run.id));
			const written = asked.flatMap((run, index) => {
				const row = rows[index];
				return row && still.has(run.id) ? [row] : [];
			});
			if (written.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
			const inserts = written.map((row) => {
				const told = said("run.tried-again", { attempt: row.attempt ?? 1 }, because(words));
				const event = { migrationId, code: told.code, values: told.values, actor: person, at: now() };
				return db.run.create({ data: { ...row, events: { create: event } }, select: { events: { select: { id: true } } } });
			});
			const created = await db.$transaction([...inserts]);
			for (const { id } of created.flatMap((run) => run.events)) onEvent(id);
			if (migration.state !== "running" && migration.state !== "paused") {
				const why = said("migration.tried-again", { person, count: written.length });
				await this.#move(migrationId, ["held", "done", "done-with-failures", "cancelled"], "running", why, { endedAt: null });
			}
			this.options.onMigrationChanged(migrationId);
			this.options.onDetailChanged?.(migrationId);
			this.options.wake();
			return written.length;
		});
	}

	async #toTryAgain(migrationId: string, which: "failed" | "not-started") {
		const migration = await this.#find(migrationId);
		refuseRollingBack(migration.stateWhy);
		const allowed: MigrationState[] = ["running", "paused", "held", "done", "done-with-failures", "cancelled"];
		if (!allowed.includes(migrationStateSchema.parse(migration.state))) throw wrongState(migration.state, allowed);
		const runs = latestAttempts(
			await this.options.db.run.findMany({
				where: { migrationId },
				select: { id: true, nodeId: true, state: true, attempt: true, position: true },
				orderBy: { position: "asc" },
			}),
		).filter((run) => (which === "failed" ? hasFailed(run) : run.state === "not-started"));
		if (runs.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
		await refuseBusy(
			this.options.db,
			migrationId,
			runs.map((run) => run.nodeId),
		);
		return { migration, runs };
	}

	/** A run that nobody works on yet ends here; false where it is further. */
	async #neverStart(runId: string, migrationId: string, person: string | null, why: string | undefined): Promise<boolean> {
		const told = said("run.cancelled");
		const at = this.options.now();
		return this.#change(
			runId,
			{ state: "queued", leaseId: null },
			{ state: "cancelled", endedAt: at, result: { ...told }, version: { increment: 1 } },
			{ migrationId, code: told.code, values: { from: "queued", to: "cancelled", ...because(why) }, actor: person, at },
		);
	}

	/** Asks whoever carries the run to end it, once; false where it cannot be called back any more. */
	async #request(runId: string, migrationId: string, person: string | null, why: string | undefined): Promise<boolean> {
		const told = said("run.cancel-requested", undefined, because(why));
		const event = { migrationId, code: told.code, values: told.values, actor: person, at: this.options.now() };
		// Of two who ask at the same moment one is on record.
		if (await this.#change(runId, { state: { in: [...CANCELLABLE] }, request: null }, { request: "cancel" }, event)) return true;
		const asked = { id: runId, state: { in: [...CANCELLABLE] }, request: "cancel" };
		return (await this.options.db.run.count({ where: asked })) > 0;
	}

	async #change(
		runId: string,
		where: Pick<Prisma.RunWhereUniqueInput, "state" | "leaseId" | "request">,
		data: Prisma.RunUpdateInput,
		event: Prisma.RunEventUncheckedCreateWithoutRunInput,
	): Promise<boolean> {
		try {
			const row = await this.options.db.run.update({
				where: { ...where, id: runId },
				data: { ...data, events: { create: event } },
				select: { events: { orderBy: { id: "desc" }, take: 1, select: { id: true } } },
			});
			for (const { id } of row.events) this.options.onEvent(id);
			this.options.onRunChanged(runId);
			return true;
		} catch (error) {
			if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025") return false;
			throw error;
		}
	}

	async #acceptFailures(migrationId: string, person: string, why: string | undefined): Promise<void> {
		const { db, now } = this.options;
		const runs = latestAttempts(
			await db.run.findMany({
				where: { migrationId },
				select: { id: true, nodeId: true, attempt: true, state: true, hold: true, failureSeenAt: true },
			}),
		);
		const counts = (run: (typeof runs)[number]) =>
			hasFailed(run) || run.state === "revert-failed" || (run.state === "verifying" && run.hold === "held");
		const failed = runs.filter((run) => counts(run) && run.state !== "cancelled" && run.failureSeenAt === null);
		for (const { id } of failed) {
			await db.run.updateMany({ where: { id, failureSeenAt: null }, data: { failureSeenAt: now() } });
			await this.#event(id, migrationId, said("run.failure-seen", undefined, because(why)), person);
		}
	}

	/** Those that it was held for, all of them, may go on failing. */
	async #acceptPods(migrationId: string, person: string, { values }: Message, reason: string): Promise<void> {
		const { db } = this.options;
		const note = await db.podGate.findUnique({ where: { migrationId } });
		const accepted = [...new Set([...storedNames(note?.accepted), ...storedNames(note?.blocked)])];
		await db.podGate.updateMany({ where: { migrationId }, data: { accepted, blocked: [] } });
		const told = said("run.pods-accepted", { pods: values["pods"] ?? "", count: values["count"] ?? 0, reason: because(reason).why ?? "" });
		await this.#event(String(values["run"]), migrationId, told, person);
	}

	async #event(runId: string, migrationId: string, told: Message, actor: string): Promise<void> {
		const { db, now, onEvent } = this.options;
		const event = await db.runEvent.create({ data: { runId, migrationId, code: told.code, values: told.values, actor, at: now() } });
		onEvent(event.id);
	}

	async #refuseUnapproved(migrationId: string, starterIds: readonly string[]): Promise<void> {
		const why = await whyNotApproved(this.options.db, migrationId, starterIds);
		if (why) throw new MigrationChangeError(why.code as MigrationChangeError["code"], why.values);
	}

	async #find(migrationId: string) {
		const migration = await this.options.db.migration.findUnique({ where: { id: migrationId } });
		if (!migration) throw new MigrationChangeError("migration.not-found", { migration: migrationId });
		return migration;
	}

	async #move(
		migrationId: string,
		from: MigrationState[],
		to: MigrationState,
		why: Message,
		data: Prisma.MigrationUpdateManyMutationInput = {},
	): Promise<void> {
		const allowed = from.filter((state) => migrationMayBecome(state, to));
		const { count } = await this.options.db.migration.updateMany({
			where: { id: migrationId, state: { in: allowed } },
			data: { ...data, state: to, stateWhy: { ...why } },
		});
		if (count === 0) throw wrongState((await this.#find(migrationId)).state, allowed);
		this.options.onMigrationChanged(migrationId);
		this.options.wake();
	}
}

/** A further attempt that could not even be planned is one that failed; a node left out from the beginning is not. */
function hasFailed(run: { state: string; attempt: number }): boolean {
	return FAILED.includes(run.state) || (run.state === "skipped" && run.attempt > 1);
}

/** Nobody goes on while what was done is about to go back: some would go over while others go back. */
function refuseRollingBack(stateWhy: Prisma.JsonValue | null): void {
	if ((stateWhy as Message | null)?.code === "migration.rolling-back") throw new MigrationChangeError("migration.rolling-back", {});
}
