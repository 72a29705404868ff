import type { FieldChange } from "../../lib/contracts/audit.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { Gate, Pace } from "../../lib/contracts/rollout.ts";
import { type MigrationState, migrationStateSchema } from "../../lib/contracts/run.ts";
import { askedGate } from "../../lib/gates.ts";
import { paceChanges, paceOf, withPace } from "../../lib/pace.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Queue } from "../db/queue.ts";
import { acceptFailures, acceptPods } from "./accept.ts";
import { addNodes, type PlanAdded } from "./add-nodes.ts";
import { approvalOf, refuseUnapproved } from "./approvals.ts";
import { askBack, type CallBackPorts, cancelRun } from "./call-back.ts";
import { MigrationChangeError, wrongState } from "./change-error.ts";
import { said } from "./codes.ts";
import { passedGates } from "./gates.ts";
import {
	findMigration,
	type MigrationWritePorts,
	moveMigration,
	refuseRollingBack,
	type WrittenWith,
	writeMigration,
} from "./migration-write.ts";
import { Readings } from "./readings.ts";
import { type StartGiven, startMigration } from "./start-migration.ts";
import { CANCELLABLE } from "./transitions.ts";
import { type Replan, type Tried, tryAgain } from "./try-again.ts";

/** The answer to a question between two waves. */
interface GateAnswered {
	/** Which one was seen; null: none. */
	gate: Gate | null;
	/** Of what runs next, as it was seen (lib/approval.ts). */
	digest: string;
	/** "" or absent: the migration's own. */
	ticket?: string;
}

export interface ChangeMigrationOptions extends MigrationWritePorts, CallBackPorts {
	/** More of a migration is another than its own row: its approvals, its nodes. */
	onDetailChanged?: (migrationId: string) => void;
	/** A migration is cancelled, and its runs could not be asked for it yet. */
	onUnasked?: (error: unknown, migrationId: string) => void;
}

/**
 * What people do to a migration once it is planned. Each is one transaction of conditional updates; the engine takes it from there. Who
 * asked for what about a node is an event of its run; about the migration as a whole, its `stateWhy` and the audit record say it.
 * `commit`: writes that record with the change, both or neither.
 */
export class ChangeMigration {
	/** Of two requests that look first and write then, the second sees what the first has done. */
	readonly #turns = new Queue();
	/** Nodes that are read for another attempt or as an addition. */
	readonly readings: Readings;

	constructor(private readonly options: ChangeMigrationOptions) {
		this.readings = new Readings((id) => options.onDetailChanged?.(id));
	}

	/** It runs from now on; returns the names of the nodes that go without the cluster's API. Throws as `startMigration` does. */
	start(migrationId: string, person: string, given: StartGiven = {}): Promise<string[]> {
		return this.#turns.run(() => startMigration(this.options, migrationId, person, given));
	}

	/** For what else looks at a migration first and changes it then: one after the other with what is done here. */
	inTurn<T>(work: () => Promise<T>): Promise<T> {
		return this.#turns.run(work);
	}

	async pause(migrationId: string, person: string, commit?: Commit): Promise<void> {
		await moveMigration(this.options, { migrationId, from: ["running"], to: "paused", why: said("migration.paused", { person }), commit });
	}

	/**
	 * Goes on after a pause, a failure or a question; what failed stays as it is, and does not stop the rest again. Returns the question
	 * that this answers, or null: the answer is an approval of what is there (see `approve`), by which it goes on. Where it was held for pods that
	 * fail this accepts them. Both throw `migration.reason-needed` without a reason. `seen`: ids of the runs that the person has seen failed;
	 * absent where nobody says which. `approves`: the question that they have seen, or null, and of what; absent where nobody looked. Throws
	 * `migration.changed-since` where it is another, something else is there now, or another run has failed since.
	 */
	resume(
		migrationId: string,
		person: string,
		personId = person,
		{
			why,
			seen,
			approves,
			commit,
		}: { why?: string; seen?: readonly string[] | undefined; approves?: GateAnswered; commit?: Commit<[gate: Gate | null]> } = {},
	): Promise<Gate | null> {
		return this.#turns.run(async () => {
			const { db, now } = this.options;
			const migration = await findMigration(db, migrationId);
			refuseRollingBack(migration);
			const was = migration.stateWhy as Message | null;
			const gate = askedGate({ state: migration.state, stateWhy: was });
			if (approves && approves.gate !== gate) throw new MigrationChangeError("migration.changed-since", {});
			const given = { reason: why ?? "", ...approves, person: { id: personId, name: person }, at: now() };
			const approval = gate && (await approvalOf(db, migration, given));
			// Who goes on adds no word to the approval: its giver may be asked for no other person than who started it.
			if (!gate) await refuseUnapproved(db, migrationId, [migration.startedById ?? personId]);
			const policy = policySchema.parse(migration.policy);
			const prepared = was?.code === "migration.prepared";
			let accepted: WrittenWith = { writes: [], events: [] };
			const accepts = { migrationId, person, why };
			if (migration.state === "held" && was?.code === "migration.held-for-pods") accepted = await acceptPods(this.options, accepts, was);
			else if (migration.state === "held") accepted = await acceptFailures(this.options, accepts, seen);
			await moveMigration(this.options, {
				migrationId,
				from: ["paused", "held"],
				to: "running",
				why: said("migration.resumed", { person }),
				data: {
					...(prepared ? { policy: { ...policy, prepareOnly: false } } : {}),
					...(gate ? { gates: [...passedGates(migration.gates), gate] } : {}),
				},
				...accepted,
				writes: [...(approval ? [approval.write] : []), ...accepted.writes],
				commit: (statements) => (commit ?? alone(db))(statements, gate),
			});
			if (approval) this.options.onDetailChanged?.(migrationId);
			return gate;
		});
	}

	/** This person has seen what is there and says that it may run. Throws `migration.changed-since` where they have seen something else. */
	approve(
		migrationId: string,
		person: { id: string; name: string },
		given: { digest: string; reason: string },
		commit?: Commit<[ticket: string]>,
	): Promise<{ digest: string; ticket: string }> {
		return this.#turns.run(async () => {
			const { db, now } = this.options;
			const migration = await findMigration(db, migrationId);
			const { state, ticket } = migration;
			const allowed: MigrationState[] = ["draft", "scheduled", "running", "paused", "held"];
			if (!allowed.includes(migrationStateSchema.parse(state))) throw wrongState(state, allowed);
			const { write } = await approvalOf(db, migration, { ...given, person, at: now() });
			await writeMigration(this.options, {
				migrationId,
				allowed,
				data: {},
				writes: [write],
				commit: (statements) => (commit ?? alone(db))(statements, ticket),
			});
			this.options.onDetailChanged?.(migrationId);
			return { digest: given.digest, ticket };
		});
	}

	/** Further nodes for a migration that is paused; see `addNodes`. */
	addNodes(
		migrationId: string,
		nodeIds: readonly string[],
		person: string,
		plan: PlanAdded,
		why?: string,
		commit: Commit<[names: string[]]> = alone(this.options.db),
	): Promise<string[]> {
		return addNodes({ ...this.options, turns: this.#turns, readings: this.readings }, { migrationId, nodeIds, person, plan, why, commit });
	}

	/**
	 * Another pace from now on: what is out already is finished. Returns what was changed, for the record. Throws `migration.nothing-to-do`
	 * where it is the pace that the migration has.
	 */
	changePace(migrationId: string, pace: Pace, commit: Commit<[changes: FieldChange[]]> = alone(this.options.db)): Promise<FieldChange[]> {
		return this.#turns.run(async () => {
			const migration = await findMigration(this.options.db, migrationId);
			const allowed: MigrationState[] = ["draft", "scheduled", "running", "paused", "held"];
			const policy = policySchema.parse(migration.policy);
			const changed = withPace(policy, pace);
			const changes = paceChanges(paceOf(policy), paceOf(changed));
			if (changes.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
			await writeMigration(this.options, {
				migrationId,
				allowed,
				data: { policy: changed },
				commit: (statements) => commit(statements, changes),
			});
			return changes;
		});
	}

	/** Nothing new starts; it ends with the running nodes. */
	async stop(migrationId: string, person: string, commit?: Commit): Promise<void> {
		const why = said("migration.stopping", { person });
		await moveMigration(this.options, { migrationId, from: ["running", "paused", "held"], to: "stopping", why, commit });
	}

	/** Each running node cleans up or goes back; those that wait never start. A draft is not cancelled but discarded. */
	async cancel(migrationId: string, person: string, why?: string, commit?: Commit): Promise<void> {
		const cancelling = said("migration.cancelling", { person });
		await moveMigration(this.options, {
			migrationId,
			from: ["running", "paused", "held", "stopping"],
			to: "cancelling",
			why: cancelling,
			commit,
		});
		try {
			const where = { migrationId, state: { in: [...CANCELLABLE] } };
			const running = await this.options.db.run.findMany({ where, select: { id: true } });
			for (const { id } of running) await askBack(this.options, { runId: id, migrationId, person, why });
		} catch (error) {
			// It is decided and on record: the rollout asks whom this could not ask.
			this.options.onUnasked?.(error, migrationId);
		}
		this.options.wake();
	}

	/** One node is called back, or kept from starting. Throws as `cancelRun` does. */
	async cancelRun(runId: string, person: string | null = null, why?: string, commit?: Commit): Promise<void> {
		await cancelRun(this.options, { runId, person, why, commit });
		this.options.wake();
	}

	/** Another attempt for nodes whose last one failed, or that never went out; returns how many. Throws as `tryAgain` does. */
	tryAgain(
		migrationId: string,
		which: Tried,
		person: string,
		replan: Replan,
		why?: string,
		commit?: Commit<[count: number]>,
	): Promise<number> {
		return tryAgain({ ...this.options, turns: this.#turns, readings: this.readings }, { migrationId, which, person, replan, why, commit });
	}
}
