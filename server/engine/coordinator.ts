import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { Message } from "../../lib/contracts/finding.ts";
import type { MigrationState, RunState } from "../../lib/contracts/run.ts";
import { GATE_WORDS } from "../../lib/gate-words.ts";
import { wavesOf } from "../../lib/rollout-waves.ts";
import { OUT_RUN_STATES } from "../../lib/run-states.ts";
import { Prisma } from "../db/generated/client.ts";
import { isNotThere } from "../db/not-there.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { listed } from "../preflight/check.ts";
import { decide, heldUpByOthers, type Rollout, type RolloutAction } from "../rollout/decide.ts";
import { lastApproval } from "./approvals.ts";
import { said } from "./codes.ts";
import { ControlPlaneGate, type ControlPlaneGateOptions } from "./control-plane-gate.ts";
import { asksFor } from "./gates.ts";
import type { GateAnswer } from "./looking-gate.ts";
import { OPEN_RUN } from "./open-runs.ts";
import { PodGate } from "./pod-gate.ts";
import { type ReadRollout, RolloutReader, type RolloutReaderOptions } from "./rollout-reader.ts";
import { CANCELLABLE, mayBecome, migrationMayBecome } from "./transitions.ts";
import { type RollBack, WayBack } from "./way-back.ts";

const OUT: readonly RunState[] = OUT_RUN_STATES;
/** Has not been out. */
const BEFORE: readonly RunState[] = ["queued", "preparing", "prepared", "not-started", "skipped"];
const ACTIVE: readonly MigrationState[] = ["running", "paused", "held", "stopping", "cancelling"];
/** Named as a reason to wait; the rest as a number. */
const MOST_NAMES = 5;
const LAST_WORDS = ["migration.rolled-back", "migration.roll-back-failed"];

export interface CoordinatorOptions extends RolloutReaderOptions {
	/** Null where the cluster has no API. */
	cluster: (clusterId: string) => Promise<Pick<ClusterApi, "failingPods"> | null>;
	controlPlaneLacks: ControlPlaneGateOptions["controlPlaneLacks"];
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

/** What a look saw: it writes only while people have changed nothing of it, and no further run has failed. */
interface Seen {
	id: string;
	version: number;
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
	readonly #controlPlaneGate: ControlPlaneGate;
	readonly #reader: RolloutReader;

	constructor(private readonly options: CoordinatorOptions) {
		this.#reader = new RolloutReader(options);
		this.#wayBack = new WayBack(options);
		const onLooked = () =>
			void this.tick().catch((error: unknown) => options.log.error({ err: error }, "the rollouts could not be decided"));
		this.#podGate = new PodGate({ ...options, onLooked });
		this.#controlPlaneGate = new ControlPlaneGate({ ...options, onLooked });
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
		for (const gate of [this.#podGate, this.#controlPlaneGate]) gate.keepOnly(active.map(({ id }) => id));
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
		await Promise.all([
			this.#podGate.stop(),
			this.#controlPlaneGate.stop(),
			...[...this.#looks.values()].map(({ ended }) => ended.catch(() => {})),
		]);
	}

	async #look(clusterId: string): Promise<void> {
		const migrations = await this.options.db.migration.findMany({
			where: { clusterId, state: { in: [...ACTIVE] } },
			select: { id: true },
		});
		for (const { id } of migrations) {
			if (this.#stopped) return;
			try {
				while (!(await this.#decide(id)) && !this.#stopped);
			} catch (error) {
				this.options.log.error({ err: error, migrationId: id }, "the rollout could not be decided");
			}
		}
	}

	/** False where people or a failure have changed meanwhile what it decided by: nothing more was written then, and it has to be decided anew. */
	async #decide(migrationId: string): Promise<boolean> {
		const loaded = await this.#reader.read(migrationId);
		if (!loaded) return true;
		const { rollout, version } = loaded;
		const seen = { id: migrationId, version };
		if (rollout.state === "cancelling") await this.#cancelAll(seen);
		const gate = await this.#askGate(migrationId, loaded);
		let refused = false;
		for (const action of decide({ ...rollout, pods: gate.answer.kind })) {
			if (this.#stopped) return true;
			// Who comes after one that did not go waits, too.
			if (refused && action.kind === "go-out") continue;
			const done = await this.#carryOut(seen, rollout, action, gate.answer);
			if (!done && (await this.#changedSince(seen))) return false;
			refused ||= !done && action.kind === "go-out";
			if (done && action.kind === "go-out" && loaded.ungated) await this.#note(migrationId, action.runId, said("run.pods-not-compared"));
		}
		if (rollout.state === "running") await this.#sayGate(seen, loaded.stateWhy, gate.answer);
		await this.#sayWhyWaiting(migrationId, loaded, gate);
		if (rollout.rollingBack) this.#wayBack.consider(migrationId);
		return true;
	}

	async #changedSince({ id, version }: Seen): Promise<boolean> {
		const now = await this.options.db.migration.findUnique({ where: { id }, select: { version: true } });
		return now !== null && now.version !== version;
	}

	/** Asks the gate only where a node would go out otherwise, `next` are those, and the gates before the end where all are done. */
	async #askGate(migrationId: string, loaded: ReadRollout): Promise<{ answer: GateAnswer; next: string[] }> {
		const { rollout, gate } = loaded;
		const open = { answer: { kind: "open" as const }, next: [] };
		if (this.#stopped) return open;
		const actions = decide(rollout);
		if ((rollout.state === "running" || rollout.state === "paused") && actions.some(({ kind }) => kind === "end"))
			return { answer: await this.#askBeforeEnd(migrationId, loaded), next: [] };
		if (!gate) return open;
		const next = actions.flatMap((action) => (action.kind === "go-out" ? [action.runId] : []));
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

	/** The gates after the last wave and the last control plane node. What ended with failures is for a person to look at anyway. */
	async #askBeforeEnd(migrationId: string, { rollout, gate, controlPlaneLimitS, nodeNames }: ReadRollout): Promise<GateAnswer> {
		const waves = wavesOf(rollout.runs, rollout.policy, rollout.direction);
		const byTurn = waves.flatMap(({ runs }) => runs);
		const last = waves.at(-1);
		if (!last || byTurn.some(({ state }) => state !== "done")) return { kind: "open" };
		if (gate) {
			const since = byTurn.map(({ id, state }) => `${id} ${state}`).join();
			const at = { ...gate, migrationId, wave: `${last.kind} ${last.number}`, since, someOut: false };
			const answer = await this.#podGate.ask(at);
			if (answer.kind === "closed" && answer.told) return { kind: "closed", told: beforeEnd(answer.told) };
			if (answer.kind !== "open") return answer;
		}
		const lastOut = byTurn.findLast(({ controlPlane }) => controlPlane);
		if (!lastOut) return { kind: "open" };
		const nodeName = nodeNames.get(lastOut.id) ?? "";
		return this.#controlPlaneGate.ask({ migrationId, runId: lastOut.id, nodeName, limitS: controlPlaneLimitS });
	}

	/** While its gate is shut a migration that runs says why. */
	async #sayGate({ id, version }: Seen, stateWhy: Message | null, answer: GateAnswer): Promise<void> {
		const { db, onMigrationChanged } = this.options;
		const said = stateWhy !== null && GATE_WORDS.includes(stateWhy.code);
		// Being asked anew says nothing new.
		if (answer.kind === "overdue" || (answer.kind === "closed" && answer.told === null)) return;
		const told = answer.kind === "closed" ? answer.told : null;
		if (told === null ? !said : isDeepStrictEqual(told, stateWhy)) return;
		const { count } = await db.migration.updateMany({
			where: { id, version, state: "running" },
			data: { stateWhy: told ? { ...told } : Prisma.DbNull },
		});
		if (count === 1) onMigrationChanged(id);
	}

	/** Also those that began between a person's word and its record, or whose console was killed there. */
	async #cancelAll({ id: migrationId, version }: Seen): Promise<void> {
		const where = { migrationId, migration: { version }, state: { in: [...CANCELLABLE] }, request: null };
		const unasked = await this.options.db.run.findMany({ where, select: { id: true } });
		if (unasked.length === 0) return;
		await this.options.db.run.updateMany({ where, data: { request: "cancel" } });
		for (const { id } of unasked) this.options.onAsked(id);
	}

	/** False where nothing was written: somebody was faster. */
	async #carryOut(seen: Seen, rollout: Rollout, action: RolloutAction, gate: GateAnswer): Promise<boolean> {
		const { state } = rollout;
		switch (action.kind) {
			case "prepare":
				return this.#moveRun(seen, action.runId, "queued", "preparing", said("run.preparing"));
			case "go-out":
				return this.#moveRun(seen, action.runId, "prepared", "draining", said("run.going-out"));
			case "never-start":
				if (await this.#moveRun(seen, action.runId, "queued", "not-started", said("run.not-started"))) return true;
				return this.#moveRun(seen, action.runId, "prepared", "cleaning", said("run.not-started"));
			case "hold":
				return this.#hold(seen, rollout, action.because);
			case "hold-for-pods": {
				if (gate.kind !== "overdue") return true;
				const why = { ...gate.told, values: { ...gate.told.values, run: action.next } };
				const held =
					gate.owners.length > 0
						? await this.#holdForPods(seen, state, why, gate.owners)
						: await this.#moveMigration(seen, state, "held", why);
				// Where it was overtaken the gate's time goes on.
				if (!held) return false;
				for (const one of [this.#podGate, this.#controlPlaneGate]) one.forget(seen.id);
				await this.#note(seen.id, action.next, gate.told);
				return true;
			}
			case "go-on": {
				const run = await this.options.db.run.findUnique({ where: { id: action.runId }, select: { nodeName: true } });
				return this.#moveMigration(seen, state, "running", said("migration.went-on", { node: run?.nodeName ?? "" }));
			}
			case "ask":
				return this.#moveMigration(seen, state, "paused", asksFor(action.gate));
			case "pause-unapproved": {
				const last = await lastApproval(this.options.db, seen.id);
				return this.#moveMigration(seen, state, "paused", said("migration.approval-void", { person: last?.userName ?? "" }));
			}
			case "pause-prepared":
				return this.#moveMigration(seen, state, "paused", said("migration.prepared"));
			case "end":
				return this.#end(seen, state, action.state);
			default:
				return action satisfies never;
		}
	}

	/** Where its nodes went back as a batch, that stays its last word. Not where a run was added or tried again since the look. */
	async #end(seen: Seen, from: MigrationState, to: MigrationState): Promise<boolean> {
		const { stateWhy } = (await this.options.db.migration.findUnique({ where: { id: seen.id }, select: { stateWhy: true } })) ?? {};
		const why = stateWhy as Message | null | undefined;
		const last = why && LAST_WORDS.includes(why.code) ? why : null;
		return this.#moveMigration(seen, from, to, last, { runs: { none: OPEN_RUN } });
	}

	async #hold(seen: Seen, { state, policy, direction, runs }: Rollout, runId: string): Promise<boolean> {
		const run = await this.options.db.run.findUnique({ where: { id: runId }, select: { nodeName: true } });
		const values = { node: run?.nodeName ?? "", run: runId };
		const held = runs.some((one) => one.id === runId && one.held);
		const why = held ? said("migration.node-held", values) : said("migration.held", values);
		const rollsBack = policy.onFailures === "roll-back" && direction === "migrate";
		const back = { ...why, code: "migration.rolling-back" };
		if (!(await this.#moveMigration(seen, state, "held", rollsBack ? back : why))) return false;
		await this.#note(seen.id, runId, why);
		return true;
	}

	async #note(migrationId: string, runId: string, { code, values }: Message): Promise<void> {
		const { db, now, onEvent } = this.options;
		const event = await db.runEvent.create({ data: { runId, migrationId, code, values, at: now() } });
		onEvent(event.id);
	}

	/** False where the run is elsewhere by now, or the migration is: the next look decides anew. */
	async #moveRun({ id: migrationId, version }: Seen, runId: string, from: RunState, to: RunState, event: Message): Promise<boolean> {
		if (!mayBecome(from, to)) throw new Error(`run ${runId}: ${from} -> ${to} is not in the table`);
		const { db, now } = this.options;
		const at = now();
		// Nothing starts once a person has paused the migration or cancelled the run, however short ago.
		const starts = to === "draining" || to === "preparing";
		try {
			const row = await db.run.update({
				where: {
					id: runId,
					state: from,
					leaseId: null,
					...(starts ? { request: null, migration: { version, state: "running" } } : { migration: { version } }),
				},
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
			if (!isNotThere(error)) throw error;
			return false;
		}
	}

	/** False where a person or a failure was faster. */
	async #moveMigration(
		{ id: migrationId, version }: Seen,
		from: MigrationState,
		to: MigrationState,
		why: Message | null,
		where: Prisma.MigrationWhereInput = {},
	): Promise<boolean> {
		if (!migrationMayBecome(from, to)) throw new Error(`migration ${migrationId}: ${from} -> ${to} is not in the table`);
		const ended = to === "done" || to === "done-with-failures" || to === "cancelled";
		const { count } = await this.options.db.migration.updateMany({
			where: { ...where, id: migrationId, version, state: from },
			data: { state: to, stateWhy: why ? { ...why } : Prisma.DbNull, ...(ended ? { endedAt: this.options.now() } : {}) },
		});
		if (count === 1) this.options.onMigrationChanged(migrationId);
		return count === 1;
	}

	/** Held for these pods: both is written or neither, for whoever goes on anyway accepts them. */
	async #holdForPods({ id, version }: Seen, from: MigrationState, why: Message, owners: readonly string[]): Promise<boolean> {
		try {
			await this.options.db.migration.update({
				where: { id, version, state: from },
				data: { state: "held" satisfies MigrationState, stateWhy: { ...why }, podGate: { update: { blocked: [...owners] } } },
				select: { id: true },
			});
		} catch (error) {
			if (isNotThere(error)) return false;
			throw error;
		}
		this.options.onMigrationChanged(id);
		return true;
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

/** What the migration says that would end. */
function beforeEnd({ code, values }: Message): Message {
	if (code === "migration.waiting-for-pods")
		return said("migration.pods-before-end", {
			pods: values["pods"] ?? "",
			count: values["count"] ?? 0,
			graceS: values["graceS"] ?? 0,
		});
	return code === "migration.pods-unknown"
		? said("migration.pods-unknown-before-end", { because: values["because"] ?? "" }, values)
		: { code, values };
}

/** What a run says that waits for the same as its migration. */
function ofRun({ code, values }: Message): Message {
	if (code === "migration.waiting-for-pods")
		return said("run.waiting-for-pods", { pods: values["pods"] ?? "", count: values["count"] ?? 0 });
	return code === "migration.pods-unknown"
		? said("run.waiting-for-pod-list", { because: values["because"] ?? "" }, values)
		: { code, values };
}
