import { approvalDigest, bindsToApproval } from "../../lib/approval.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import { directionSchema, type Policy, policySchema } from "../../lib/contracts/plan.ts";
import { migrationStateSchema, runStateSchema } from "../../lib/contracts/run.ts";
import { naturalCompare } from "../../lib/format.ts";
import { atMost } from "../../lib/rollout-share.ts";
import { OUT_RUN_STATES } from "../../lib/run-states.ts";
import { OUT_PHASES } from "../../lib/went-out.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import type { Rollout } from "../rollout/decide.ts";
import { lastApproval, type SubjectRun, subjectNow } from "./approvals.ts";
import { latestAttempts } from "./attempts.ts";
import { Endings } from "./endings.ts";
import { passedGates } from "./gates.ts";
import { type PlanSummary, planSummaries } from "./plan-summary.ts";
import type { AtGate } from "./pod-gate.ts";
import { isFinal } from "./transitions.ts";

export interface RolloutReaderOptions {
	db: Db;
	/** Names of the cluster's nodes that are NotReady or cordoned right now; null where it cannot be known (no API, no answer). */
	unavailableNodes: (clusterId: string) => Promise<Set<string> | null>;
	now: () => Date;
	/** Milliseconds by a clock that nobody sets: rests between waves are measured by it. */
	monotonicMs: () => number;
}

/** Held for what a gate asks for. */
const HELD_AT_GATE = ["migration.held-for-pods", "migration.held-for-control-plane"];

/** A node that prepares and has not answered for so long is not waited for by those behind it. */
const SILENT_S = 60;

/** For how long a run says that its node has not answered, seconds. */
function silentS(waiting: Message | null): number {
	return waiting?.code === "run.node-silent" ? Number(waiting.values["forS"]) : 0;
}

/** What a look at the database and the cluster brought. */
export interface ReadRollout {
	rollout: Rollout;
	/** Of the migration, before anything else was read: where it is another by now, people have changed what this look saw. */
	version: number;
	/** Names of nodes that count as out although no run of this migration took them out. */
	outAnyway: string[];
	/** Of migrations whose nodes pass the gate: its cluster and how long it waits; null where there is no API or the policy has none. */
	gate: Pick<AtGate, "clusterId" | "graceS"> | null;
	/** By the run's id. */
	nodeNames: ReadonlyMap<string, string>;
	/** So long a control plane that is not well is waited for. */
	controlPlaneLimitS: number;
	/** The policy has the gate, and there is no API to ask. */
	ungated: boolean;
	stateWhy: Message | null;
}

/** Brings together what is decided from: the migration, its runs, their approval, and who else is out. Changes nothing. */
export class RolloutReader {
	readonly #endings: Endings;
	/** Of migrations that need an approval: what was hashed last, and what came of it. */
	readonly #digests = new Map<string, { of: string; digest: string }>();

	constructor(private readonly options: RolloutReaderOptions) {
		this.#endings = new Endings(options.monotonicMs);
	}

	/** What is to be decided about a migration now; null where there is none. */
	async read(migrationId: string): Promise<ReadRollout | null> {
		const { db } = this.options;
		const migration = await db.migration.findUnique({ where: { id: migrationId }, include: { cluster: { select: { kubeconfig: true } } } });
		if (!migration) return null;
		const all = await db.run.findMany({
			where: { migrationId },
			select: {
				id: true,
				nodeId: true,
				nodeName: true,
				state: true,
				position: true,
				attempt: true,
				cordonedByUs: true,
				withoutApi: true,
				overrides: true,
				hold: true,
				waiting: true,
				request: true,
				failureSeenAt: true,
				endedAt: true,
			},
			orderBy: { position: "asc" },
		});
		// A further attempt that could not even be planned is one that failed.
		const runs = latestAttempts(all).map((run) => (run.state === "skipped" && run.attempt > 1 ? { ...run, state: "failed" } : run));
		// Where there is no API and every node goes without, as a person has said on record, only our own runs are known to be out.
		// Else not knowing is not knowing, also for a node without API in a cluster that has one.
		const alone = migration.cluster.kubeconfig === null && runs.every((run) => run.withoutApi || isFinal(runStateSchema.parse(run.state)));
		// Who else is out decides only who goes out next.
		const matters = migration.state === "running" && !alone;
		const unavailable = matters ? await this.options.unavailableNodes(migration.clusterId) : new Set<string>();
		const others = await db.run.findMany({
			where: { migrationId: { not: migrationId }, migration: { clusterId: migration.clusterId }, state: { in: [...OUT_RUN_STATES] } },
			select: { id: true, nodeName: true },
		});
		const beenOut = await this.#beenOut(runs.map(({ id }) => id));
		const plans = await planSummaries(
			db,
			[...runs, ...others].map((run) => run.id),
		);
		const isControlPlane = (run: { id: string }) => plans.get(run.id)?.controlPlane === true;
		const ours = new Set(runs.map((run) => run.nodeName));
		const otherNames = new Set([...(unavailable ?? []), ...others.map((run) => run.nodeName)].filter((name) => !ours.has(name)));
		const policy = policySchema.parse(migration.policy);
		const approved = await this.#approved(migration, policy, runs, plans);
		const why = migration.stateWhy as Message | null;
		const nowMs = this.options.now().getTime();
		const rollout: Rollout = {
			state: migrationStateSchema.parse(migration.state),
			direction: directionSchema.parse(migration.direction),
			maxUnavailable: atMost(policy.maxUnavailable, runs.filter((run) => run.state !== "skipped").length),
			prepareOnly: policy.prepareOnly,
			policy: policy.rollout,
			approved,
			rollingBack: why?.code === "migration.rolling-back",
			heldAtGate: why !== null && HELD_AT_GATE.includes(why.code),
			heldFor: why?.code === "migration.node-held" ? String(why.values["run"]) : null,
			passed: passedGates(migration.gates),
			nowMs,
			otherUnavailable: otherNames.size,
			otherControlPlaneOut: others.some(isControlPlane),
			unavailableKnown: unavailable !== null,
			runs: runs.map((run) => {
				const state = runStateSchema.parse(run.state);
				return {
					id: run.id,
					nodeId: run.nodeId,
					state,
					position: run.position,
					endedMs: this.#endings.endedMs(run.id, run.endedAt, nowMs),
					controlPlane: isControlPlane(run),
					// A run's own cordon is what its state says already, but for one that it had to leave behind.
					unavailable: unavailable?.has(run.nodeName) === true && (!run.cordonedByUs || isFinal(state)),
					held: state === "verifying" && run.hold === "held",
					wentOut: beenOut.has(run.id),
					called: run.request === "cancel",
					silent: state === "preparing" && silentS(run.waiting as Message | null) >= SILENT_S,
					failureSeen: run.failureSeenAt !== null,
				};
			}),
		};
		const left = runs.filter((_, index) => rollout.runs[index]?.unavailable === true).map((run) => run.nodeName);
		const { enabled, graceS } = policy.rollout.podGate;
		return {
			rollout,
			version: migration.version,
			outAnyway: [...otherNames, ...left].sort(naturalCompare),
			gate: enabled && !alone ? { clusterId: migration.clusterId, graceS } : null,
			nodeNames: new Map(runs.map((run) => [run.id, run.nodeName])),
			controlPlaneLimitS: policy.verifyTimeoutS,
			ungated: enabled && alone,
			stateWhy: migration.stateWhy as Message | null,
		};
	}

	/** Those that were more than prepared. */
	async #beenOut(ids: string[]): Promise<Set<string>> {
		const begun = await this.options.db.runStep.findMany({
			where: { runId: { in: ids }, phase: { in: [...OUT_PHASES] }, startedAt: { not: null } },
			select: { runId: true },
			distinct: ["runId"],
		});
		return new Set(begun.map(({ runId }) => runId));
	}

	/** Whether what would run now is what was approved, to the byte, and by whom it has to be; true where nothing binds it to an approval. */
	async #approved(
		{ id, startedById, gates }: { id: string; startedById: string | null; gates: Prisma.JsonValue | null },
		policy: Policy,
		runs: readonly SubjectRun[],
		plans: ReadonlyMap<string, PlanSummary | null>,
	): Promise<boolean> {
		const passed = passedGates(gates);
		if (!policy.approval.needed && passed.length === 0) return true;
		const last = await lastApproval(this.options.db, id);
		if (!bindsToApproval({ policy, passed }, last)) return true;
		if (!last || (policy.approval.byAnother && last.userId === startedById)) return false;
		// A plan is written with its run and never changes: the same runs and policy are the same subject.
		const of = JSON.stringify([policy, runs.map((run) => [run.id, run.withoutApi, run.overrides])]);
		const known = this.#digests.get(id);
		const digest = known?.of === of ? known.digest : approvalDigest(subjectNow(policy, runs, plans));
		this.#digests.set(id, { of, digest });
		return digest === last.digest;
	}
}
