import { randomBytes } from "node:crypto";
import { COMPLETIONS } from "../../lib/completion.ts";
import type { CheckState } from "../../lib/contracts/draft.ts";
import { type Facts, factsSchema } from "../../lib/contracts/facts.ts";
import type { Finding, Message } from "../../lib/contracts/finding.ts";
import { apiNodeSchema } from "../../lib/contracts/node.ts";
import {
	type Direction,
	directionSchema,
	type FileChange,
	type KeptOverride,
	keptOverrideSchema,
	type Override,
	type Plan,
	type Policy,
	planSchema,
	policySchema,
} from "../../lib/contracts/plan.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { planCompletion } from "../plan/complete.ts";
import { type CrictlArchive, pickCrictl } from "../plan/crictl.ts";
import { planMigration } from "../plan/migrate.ts";
import { planRollback } from "../plan/rollback.ts";
import type { ApiNode } from "../preflight/api-node.ts";
import { isControlPlane } from "../preflight/checks/role.ts";
import { blocking, preflight } from "../preflight/preflight.ts";
import { preflightRollback, rollbackFiles } from "../preflight/rollback.ts";
import { parseOwner } from "../remote/owner.ts";
import { inOrder } from "../rollout/order.ts";
import { Slots } from "../ssh/slots.ts";
import { said } from "./codes.ts";
import { asMessage } from "./executor/failure.ts";
import { lastFirst } from "./last-first.ts";
import type { TriedAgain } from "./try-again.ts";
import { API_ABSENT } from "./without-api.ts";

export interface PlanningPorts {
	db: Db;
	consoleId: string;
	/** Reads the node anew; `files` are read beside the usual facts. Throws typed errors. */
	probe(nodeId: string, files: readonly string[]): Promise<Facts>;
	/** What the cluster says of the node now; null without an API. */
	apiNode(nodeId: string): Promise<ApiNode | null>;
	/** Told what preflight says of a migration under the policy that nobody has changed: lists show that, whatever is planned. */
	judged?(nodeId: string, findings: readonly Finding[]): Promise<void>;
	/** By architecture as Go names it. */
	crictl(): Promise<ReadonlyMap<string, readonly CrictlArchive[]>>;
	now(): Date;
}

type OnNode = (nodeId: string, state: CheckState) => void;

export interface PlanRequest {
	clusterId: string;
	direction: Direction;
	/** The chosen nodes: frozen here, whatever a filter would match later. */
	nodeIds: readonly string[];
	policy: Policy;
	reason: string;
	ticket: string;
	/** A person lets nodes that the cluster's API does not know go without it; of a node that it knows this says nothing. */
	withoutApi: boolean;
	/** Blocking findings that a person overrides, each for one node. Those that cannot be overridden stay blocks. */
	overrides?: readonly Override[];
	overrideReason?: string;
	person: { id: string; name: string };
	/** Default: a new one. A draft that is there already under this id is left as it is. */
	migrationId?: string;
	/** Told of each node how far it is. */
	onNode?: OnNode;
	/** Writes the record of it with it. */
	commit?: Commit<[made: MadePlan]>;
}

/** What was planned, for the record. */
export interface MadePlan {
	migrationId: string;
	/** Nodes that go in spite of a finding, in their order. */
	overrides: (KeptOverride & { nodeName: string })[];
}

/** What planning one node came to: a plan, or why there is none. */
export interface PlannedNode {
	findings: Finding[];
	facts: Facts | null;
	plan: Plan | null;
	/** Why there is no plan: a finding, or a node that cannot be reached or edited. */
	error: Message | null;
	/** The migration that a rollback goes back from. */
	previousId: string | null;
	/** What was overridden and found. */
	overrides: KeptOverride[];
}

/** What a person lets one node go in spite of. */
interface Word {
	withoutApi: boolean;
	overrides: KeptOverride[];
}

/** Nodes read at once, of all plans together. */
const CONCURRENCY = 16;
/** At most this many nodes in one migration: beyond it the page and the record stop being readable. */
export const MOST_NODES = 2_000;

/** Of no run: it stands in scripts that nobody keeps. */
const PREVIEW_RUN_ID = "00000000";

function forwardPlan(facts: Facts) {
	return facts.kubelet.runtime === "containerd" ? planCompletion : planMigration;
}

/** Ids of runs are part of paths on the node: lower-case letters and digits. */
export function newRunId(): string {
	return randomBytes(8).toString("hex");
}

/** Plans nodes and keeps the plans as a draft: nothing runs until it is started. */
export class Planning {
	readonly #lanes = new Slots(CONCURRENCY);

	constructor(private readonly ports: PlanningPorts) {}

	/**
	 * Returns the migration's id. A node that cannot go is kept in it as `skipped`, with what keeps it. Throws RangeError where no node
	 * of the cluster was chosen, or more than 2,000.
	 */
	async draft(request: PlanRequest): Promise<string> {
		const { db, now } = this.ports;
		const nodes = await db.node.findMany({
			where: { id: { in: [...request.nodeIds] }, clusterId: request.clusterId },
			select: { id: true, name: true, api: true },
		});
		const byId = new Map(
			nodes.map(({ api, ...node }) => [node.id, { ...node, labels: apiNodeSchema.nullable().parse(api)?.labels ?? {} }]),
		);
		// A node named twice goes once: two runs of one migration must never meet on it.
		const named = [...new Set(request.nodeIds)].flatMap((id) => byId.get(id) ?? []);
		const { rollout } = request.policy;
		const given = request.direction === "rollback" && rollout.order === "chosen" ? await lastFirst(db, named) : named;
		const chosen = inOrder(given, rollout, rollout.canary?.nodeIds ?? []);
		if (chosen.length === 0 || chosen.length > MOST_NODES)
			throw new RangeError(`a migration has 1 to ${MOST_NODES} nodes, not ${chosen.length}`);
		const overridden = (nodeId: string) => (request.overrides ?? []).filter((one) => one.nodeId === nodeId).map(({ code }) => code);
		const planned = await Promise.all(
			chosen.map(async (node) => {
				const word: Word = {
					withoutApi: request.withoutApi,
					overrides: overridden(node.id).map((code) => ({ code, reason: request.overrideReason ?? "", by: request.person.name })),
				};
				const runId = newRunId();
				const result = await this.plan(node, runId, request, word);
				request.onNode?.(node.id, stateOf(result));
				return { runId, node, result, controlPlane: result.plan?.controlPlane ?? false };
			}),
		);

		const migrationId = request.migrationId ?? newRunId();
		const runs = inTurn(planned, request.direction).map(({ runId, node, result }, position) => ({
			...runColumns(result, request.direction),
			id: runId,
			nodeId: node.id,
			nodeName: node.name,
			position,
			previousId: result.previousId,
		}));
		const made = db.migration.create({
			data: {
				id: migrationId,
				clusterId: request.clusterId,
				direction: request.direction,
				state: "draft",
				policy: { ...request.policy },
				reason: request.reason,
				ticket: request.ticket,
				withoutApi: runs.some((run) => run.withoutApi),
				createdById: request.person.id,
				createdBy: request.person.name,
				createdAt: now(),
				runs: { create: runs },
			},
			select: { id: true },
		});
		const overrides = inTurn(planned, request.direction).flatMap(({ node, result }) =>
			result.overrides.map((override) => ({ ...override, nodeName: node.name })),
		);
		await (request.commit ?? alone(db))([made], { migrationId, overrides });
		return migrationId;
	}

	/** A further attempt for one node of a migration, from the node as it is now: planned, and left to the caller to store. */
	async again(migrationId: string, run: TriedAgain): Promise<Prisma.RunUncheckedCreateInput> {
		const { db, now } = this.ports;
		const migration = await db.migration.findUniqueOrThrow({ where: { id: migrationId } });
		const node = await db.node.findUniqueOrThrow({ where: { id: run.nodeId } });
		const id = newRunId();
		const direction = directionSchema.parse(migration.direction);
		// The word that was given for this node before, and for no other.
		const before = await db.run.findUniqueOrThrow({ where: { id: run.id }, select: { withoutApi: true, overrides: true } });
		const word: Word = { withoutApi: before.withoutApi, overrides: keptOverrideSchema.array().parse(before.overrides) };
		const result = await this.plan(node, id, { direction, policy: policySchema.parse(migration.policy) }, word);
		return {
			...runColumns(result, direction),
			id,
			migrationId,
			nodeId: node.id,
			nodeName: node.name,
			position: run.position,
			attempt: run.attempt + 1,
			previousId: run.id,
			...(result.plan ? {} : { endedAt: now() }),
		};
	}

	/** A run for a node that is added to a migration: planned, and left to the caller to store. */
	async added(migrationId: string, nodeId: string, position: number): Promise<Prisma.RunUncheckedCreateInput> {
		const { db } = this.ports;
		const migration = await db.migration.findUniqueOrThrow({ where: { id: migrationId } });
		const node = await db.node.findUniqueOrThrow({ where: { id: nodeId } });
		const id = newRunId();
		const direction = directionSchema.parse(migration.direction);
		// A word given for other nodes is not given for this one.
		const word: Word = { withoutApi: false, overrides: [] };
		const result = await this.plan(node, id, { direction, policy: policySchema.parse(migration.policy) }, word);
		return { ...runColumns(result, direction), id, migrationId, nodeId, nodeName: node.name, position, previousId: result.previousId };
	}

	/**
	 * What a migration under the policy that nobody has changed would do to a node's files, by these facts. Nothing is read and nothing
	 * kept. `error`: why no plan can be made of them. Throws only what nobody expected.
	 */
	async preview(nodeName: string, facts: Facts): Promise<{ files: FileChange[] | null; error: Message | null }> {
		const archives = await this.ports.crictl();
		const crictl = pickCrictl(facts, archives.get(facts.host.architecture) ?? []);
		const controlPlane = isControlPlane(facts, null);
		try {
			const input = { runId: PREVIEW_RUN_ID, nodeName, controlPlane, facts, policy: policySchema.parse({}), findings: [], crictl };
			return { files: forwardPlan(facts)(input).files, error: null };
		} catch (error) {
			const told = asMessage(error);
			if (told.code === "engine.unexpected") throw error;
			return { files: null, error: told };
		}
	}

	/**
	 * What stands in the place of a run of a plan that nobody has started, from the node as it is now: left to the caller to store.
	 * `withoutApi`: the word as it is now, given or taken back; absent: the one that was given before.
	 */
	async anew(
		migrationId: string,
		run: { id: string; nodeId: string; position: number },
		{ withoutApi, onNode }: { withoutApi?: boolean | undefined; onNode?: OnNode } = {},
	): Promise<{ row: Omit<Prisma.RunUncheckedCreateInput, "migrationId">; controlPlane: boolean }> {
		const { db } = this.ports;
		const migration = await db.migration.findUniqueOrThrow({ where: { id: migrationId } });
		const node = await db.node.findUniqueOrThrow({ where: { id: run.nodeId } });
		const before = await db.run.findUniqueOrThrow({ where: { id: run.id }, select: { withoutApi: true, overrides: true } });
		const id = newRunId();
		const direction = directionSchema.parse(migration.direction);
		const word: Word = { withoutApi: withoutApi ?? before.withoutApi, overrides: keptOverrideSchema.array().parse(before.overrides) };
		const result = await this.plan(node, id, { direction, policy: policySchema.parse(migration.policy), onNode }, word);
		onNode?.(node.id, stateOf(result));
		const { nodeId, position } = run;
		const row = { ...runColumns(result, direction), id, nodeId, nodeName: node.name, position, previousId: result.previousId };
		return { row, controlPlane: result.plan?.controlPlane ?? false };
	}

	/** Reads and plans one node, few at once whoever asks: each holds a connection, and its answer of some hundred KiB is parsed here. */
	private async plan(...asked: Parameters<Planning["planNow"]>): Promise<PlannedNode> {
		const release = await this.#lanes.acquire(undefined, () => new Error("never called off"));
		try {
			return await this.planNow(...asked);
		} finally {
			release();
		}
	}

	private async planNow(
		node: { id: string; name: string },
		runId: string,
		{ direction, policy, onNode }: Pick<PlanRequest, "direction" | "policy" | "onNode">,
		word: Word,
	): Promise<PlannedNode> {
		const migrated = direction === "rollback" ? await this.migrated(node.id) : null;
		const nothing = { findings: [], facts: null, plan: null, error: null, previousId: migrated?.runId ?? null, overrides: word.overrides };
		if (direction === "rollback" && !migrated) return { ...nothing, error: { code: "plan.no-snapshot", values: { node: node.name } } };
		const overridden = new Set(word.overrides.map(({ code }) => code));
		// Found only of a node that the API does not know: whatever was said, one that it knows is drained and verified there.
		if (word.withoutApi) overridden.add(API_ABSENT);
		let known: PlannedNode = nothing;
		try {
			onNode?.(node.id, "reading");
			const facts = await this.ports.probe(node.id, migrated ? rollbackFiles(migrated.plan) : []);
			onNode?.(node.id, "checking");
			known = { ...nothing, facts };
			const apiNode = await this.ports.apiNode(node.id);
			const controlPlane = isControlPlane(facts, apiNode);
			const common = { facts, apiNode, policy, consoleId: this.ports.consoleId, ownRunId: runId };
			const archives = await this.ports.crictl();
			const crictlArchives = new Map([...archives].map(([architecture, several]) => [architecture, several.map(({ version }) => version)]));
			const findings = migrated ? preflightRollback({ ...common, snapshot: migrated }) : preflight({ ...common, crictlArchives });
			if (!migrated) await this.ports.judged?.(node.id, preflight({ ...common, policy: policySchema.parse({}), crictlArchives }));
			const found = new Set(findings.map(({ code }) => code));
			known = { ...known, findings, overrides: word.overrides.filter(({ code }) => found.has(code)) };
			const [first, ...more] = blocking(findings, overridden);
			if (first) return { ...known, error: said("run.blocked", { blocks: 1 + more.length, first: first.code }, first.values) };
			const input = { runId, nodeName: node.name, controlPlane, facts, policy, findings };
			const crictl = pickCrictl(facts, archives.get(facts.host.architecture) ?? []);
			return { ...known, plan: migrated ? planRollback({ ...input, migrated }) : forwardPlan(facts)({ ...input, crictl }) };
		} catch (error) {
			return { ...known, plan: null, error: asMessage(error) };
		}
	}

	/** The committed migration that a rollback of this node goes back from. */
	private async migrated(nodeId: string): Promise<{ runId: string; plan: Plan; facts: Facts } | null> {
		const where = { nodeId, state: "done", NOT: COMPLETIONS };
		const last = await this.ports.db.run.findFirst({ where, orderBy: { endedAt: "desc" } });
		if (last?.direction !== "migrate" || !last.plan || !last.facts) return null;
		return { runId: last.id, plan: planSchema.parse(last.plan), facts: factsSchema.parse(last.facts) };
	}
}

function stateOf({ plan, error }: PlannedNode): CheckState {
	if (plan) return "ready";
	return error?.code === "run.blocked" ? "blocked" : "failed";
}

/** Control plane nodes go last, and come back first; else as they are. */
export function inTurn<P extends { controlPlane: boolean }>(planned: readonly P[], direction: Direction): P[] {
	const turn = ({ controlPlane }: P) => Number(controlPlane) * (direction === "migrate" ? 1 : -1);
	return [...planned].sort((a, b) => turn(a) - turn(b));
}

function runColumns({ plan, findings, facts, error, overrides }: PlannedNode, direction: Direction) {
	return {
		direction,
		state: plan ? "queued" : "skipped",
		// Planned in spite of this finding: a person's word, for this node.
		withoutApi: plan !== null && findings.some((finding) => finding.code === API_ABSENT),
		overrides: overrides as unknown as Prisma.InputJsonValue,
		fromRuntime: plan?.runtimeFrom ?? "",
		toRuntime: plan?.runtimeTo ?? "",
		findings: findings as unknown as Prisma.InputJsonValue,
		plan: plan ? (plan as unknown as Prisma.InputJsonValue) : Prisma.DbNull,
		facts: facts ? (facts as unknown as Prisma.InputJsonValue) : Prisma.DbNull,
		result: error ? { ...error } : Prisma.DbNull,
		// A console whose numbers begin anew must not stay below the one that the node has seen (safety rule 21).
		fence: parseOwner(facts?.gantry.lockOwner ?? "")?.fence ?? 0,
		...(plan
			? {
					steps: {
						create: plan.steps.map((step, position) => ({
							stepId: step.id,
							position,
							phase: step.phase,
							where: step.where,
							state: "waiting",
						})),
					},
				}
			: {}),
	};
}
