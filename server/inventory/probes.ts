import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { COMPLETIONS } from "../../lib/completion.ts";
import { type Facts, factsSchema } from "../../lib/contracts/facts.ts";
import type { Finding, Message } from "../../lib/contracts/finding.ts";
import { type PreflightSummary, preflightSummarySchema } from "../../lib/contracts/node.ts";
import { type Direction, type Policy, planSchema, policySchema } from "../../lib/contracts/plan.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import { asMessage } from "../engine/executor/failure.ts";
import type { EventHub } from "../events/hub.ts";
import { type BudgetRow, countsPod } from "../kubernetes/budget-row.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { isKubernetesError } from "../kubernetes/error.ts";
import { controlPlaneComponent, isFinished, type PodRow, podLabel } from "../kubernetes/pod-row.ts";
import type { NodeVolumeRow } from "../kubernetes/volume-row.ts";
import type { ApiNode, ApiPod } from "../preflight/api-node.ts";
import { preflight } from "../preflight/preflight.ts";
import { preflightRollback, rollbackFiles } from "../preflight/rollback.ts";
import { parseProbe } from "../probe/parse.ts";
import { probeScript } from "../probe/script.ts";
import type { NodeSession } from "../ssh/session.ts";
import type { ClusterConnections } from "./connections.ts";
import { InventoryError } from "./errors.ts";
import { shownOf } from "./shown.ts";

export interface ProbesOptions {
	db: Db;
	hub: EventHub;
	connections: ClusterConnections;
	session: (nodeId: string) => NodeSession;
	consoleId: string;
	/** Architectures for which an archive of crictl was uploaded. */
	crictlArchives: () => Promise<ReadonlyMap<string, readonly string[]>>;
	now?: () => Date;
	log?: Logger;
}

/** What a whole cluster has of one kind, or the code of the error that kept it from being read. */
interface Listed<Row> {
	readonly rows: readonly Row[];
	readonly unknown: string | null;
}

/** Facts, or why there are none. */
export type ProbeOutcome = { nodeId: string; facts: Facts; error: null } | { nodeId: string; facts: null; error: Message };

/** For the whole exchange, connecting included: a node with a thousand containers takes a few seconds. */
const PROBE_TIMEOUT_MS = 60_000;

/** Budgets change as pods come and go: no longer than planning a batch takes. */
const LIST_HELD_MS = 5_000;

/** A probe does not wait longer for a silent cluster, milliseconds. */
const JUDGE_LIMIT_MS = 5_000;
/** Nor is a silent cluster asked again by the next probe within this. */
const SILENT_MS = 30_000;

/** There is nothing to migrate then; that is no finding against the node. */
export const ALREADY_ON_CONTAINERD = "kubelet.runtime.already-containerd";

/** Reads facts from nodes and keeps the last ones. */
export class Probes {
	readonly #now: () => Date;
	/** By cluster, on the clock of `performance`. */
	readonly #silentUntil = new Map<string, number>();
	readonly #budgets = new HeldLists((api) => api.listPdbs());
	readonly #volumes = new HeldLists((api) => api.listNodeVolumes());

	constructor(private readonly options: ProbesOptions) {
		this.#now = options.now ?? (() => new Date());
	}

	/**
	 * Reads one node in one round trip and stores its facts, or why there are none; what preflight said of older facts is not said of
	 * these. `files` are read beside the usual facts and returned, not stored. Throws SshError, ProbeError, InventoryError, SealError.
	 */
	async read(nodeId: string, files: readonly string[] = []): Promise<Facts> {
		try {
			const begunAt = this.#now();
			const answer = await this.options
				.session(nodeId)
				.run(probeScript({ files }), { timeoutMs: PROBE_TIMEOUT_MS, maxOutputBytes: 32 * 1024 * 1024 });
			const at = this.#now();
			const facts = withSkew(parseProbe(answer.stdout), begunAt, at);
			const { files: _further, ...kept } = facts;
			const unjudged = { preflight: Prisma.DbNull, probeError: Prisma.DbNull };
			const stored = { facts: { upsert: { create: { facts: kept }, update: { facts: kept } } } };
			await this.#store(nodeId, { ...stored, factsAt: at, shown: shownOf(facts), probedAt: at, ...unjudged });
			return facts;
		} catch (error) {
			// What was known before stays, with its time: the page shows both.
			await this.#store(nodeId, { probeError: { ...asMessage(error) }, probedAt: this.#now() });
			throw error;
		}
	}

	/** As `read`, with a failure as a result; what preflight says of it then is kept too. */
	async probeNode(nodeId: string): Promise<ProbeOutcome> {
		try {
			const facts = await this.read(nodeId);
			await this.#judge(nodeId);
			return { nodeId, facts, error: null };
		} catch (error) {
			const told = asMessage(error);
			if (told.code === "engine.unexpected") this.options.log?.error({ err: error, nodeId }, "the node could not be probed");
			return { nodeId, facts: null, error: told };
		}
	}

	/** Probes many nodes, `concurrency` (default 8) at a time; `onEach` is told after each. Never throws for a node's sake. */
	async probeNodes(
		nodeIds: readonly string[],
		options: { concurrency?: number; onEach?: (outcome: ProbeOutcome, done: number, total: number) => void; signal?: AbortSignal } = {},
	): Promise<void> {
		const queue = [...new Set(nodeIds)];
		const total = queue.length;
		let done = 0;
		const lane = async () => {
			for (let id = queue.shift(); id !== undefined && !options.signal?.aborted; id = queue.shift()) {
				const outcome = await this.probeNode(id);
				options.onEach?.(outcome, ++done, total);
			}
		};
		await Promise.all(Array.from({ length: Math.min(options.concurrency ?? 8, total) }, lane));
	}

	/** What the cluster says of the node now. Null without an API, and for a node that was added by hand and the API does not know. */
	async apiNode(nodeId: string): Promise<ApiNode | null> {
		const node = await this.#node(nodeId);
		const api = await this.options.connections.get(node.clusterId);
		if (!api) return null;
		try {
			const [row, pods, budgets] = await Promise.all([
				api.getNode(node.name),
				api.podsOnNode(node.name),
				this.#budgets.of(node.clusterId, api),
			]);
			const runs = pods.filter((pod) => !isFinished(pod) && pod.deletingSince === null);
			// Most clusters have no claims on most nodes, and some accounts may not read volumes.
			const claims = runs.some((pod) => pod.claims.length > 0);
			const volumes = claims ? await this.#volumes.of(node.clusterId, api) : { rows: [], unknown: null };
			const { name, labels, annotations, unschedulable, ready, bootId, machineId } = row;
			return {
				name,
				labels,
				annotations,
				unschedulable,
				ready,
				kubeletVersion: row.version,
				containerRuntimeVersion: row.containerRuntime,
				bootId,
				machineId,
				mirrorPodComponents: pods.flatMap((pod) => controlPlaneComponent(pod) ?? []),
				pods: runs.map((pod) => apiPod(pod, budgets.rows, localClaims(pod, volumes.rows, labels[HOSTNAME_LABEL] ?? name))),
				...(budgets.unknown === null ? {} : { budgetsUnknown: budgets.unknown }),
				...(volumes.unknown === null ? {} : { volumesUnknown: volumes.unknown }),
			};
		} catch (error) {
			if (node.manual && isKubernetesError(error, "cluster.not-found")) return null;
			throw error;
		}
	}

	/** The facts of the last probe; null where the node was never probed, or by another version of Gantry. */
	async factsOf(nodeId: string): Promise<{ facts: Facts; at: Date } | null> {
		const select = { facts: { select: { facts: true } }, factsAt: true };
		const row = await this.options.db.node.findUnique({ where: { id: nodeId }, select });
		const facts = factsSchema.safeParse(row?.facts?.facts);
		return facts.success && row?.factsAt ? { facts: facts.data, at: row.factsAt } : null;
	}

	/**
	 * What preflight says of a node: for a migration by the facts of its last probe (null where there are none), for a rollback by
	 * a new one, which reads the files that the snapshot holds. Throws what `read` and `apiNode` throw.
	 */
	async findingsFor(nodeId: string, policy: Policy, direction: Direction): Promise<Finding[] | null> {
		const { consoleId, crictlArchives } = this.options;
		if (direction === "rollback") {
			const snapshot = await this.#snapshot(nodeId);
			if (!snapshot) return null;
			const facts = await this.read(nodeId, rollbackFiles(snapshot.plan));
			return preflightRollback({ facts, apiNode: await this.apiNode(nodeId), policy, consoleId, snapshot });
		}
		const known = await this.factsOf(nodeId);
		if (!known) return null;
		const apiNode = await this.apiNode(nodeId);
		return preflight({ facts: known.facts, apiNode, policy, consoleId, crictlArchives: await crictlArchives() });
	}

	/**
	 * What preflight says of a migration under the policy that nobody has changed, by the facts of the last probe; kept for lists.
	 * Null where there are no facts. Throws what `apiNode` throws.
	 */
	async migrationFindings(nodeId: string): Promise<Finding[] | null> {
		const findings = await this.findingsFor(nodeId, policySchema.parse({}), "migrate");
		if (findings) await this.keepFindings(nodeId, findings);
		return findings;
	}

	/** Keeps for lists what preflight has said of a migration; they hear of it where it is not what was kept before. */
	async keepFindings(nodeId: string, findings: readonly Finding[]): Promise<void> {
		const { db, hub } = this.options;
		const before = preflightSummarySchema.safeParse(
			(await db.node.findUnique({ where: { id: nodeId }, select: { preflight: true } }))?.preflight,
		);
		const preflight = summaryOf(findings, this.#now());
		await db.node.updateMany({ where: { id: nodeId }, data: { preflight } });
		// An open page reads again when it hears of a change, which brings it here: what is the same must not be told.
		const same = before.success && JSON.stringify({ ...before.data, at: "" }) === JSON.stringify({ ...preflight, at: "" });
		if (!same) hub.publish({ type: "changed", what: "nodes", id: nodeId });
	}

	/** A cluster that does not answer leaves a node as it was just read: unjudged. */
	async #judge(nodeId: string): Promise<void> {
		const { clusterId } = await this.#node(nodeId);
		// Thousands of nodes are not kept waiting one by one for a cluster that has just been silent.
		if (performance.now() < (this.#silentUntil.get(clusterId) ?? 0)) return;
		try {
			const asked = this.migrationFindings(nodeId);
			asked.catch(() => undefined);
			const answered = await Promise.race([asked.then(() => true), pause(JUDGE_LIMIT_MS, false, { ref: false })]);
			if (!answered) this.#silentUntil.set(clusterId, performance.now() + SILENT_MS);
		} catch (error) {
			if (isKubernetesError(error) && error.retryable) this.#silentUntil.set(clusterId, performance.now() + SILENT_MS);
			this.options.log?.warn({ err: error, nodeId }, "the cluster did not say what preflight asks");
		}
	}

	async #snapshot(nodeId: string) {
		const where = { nodeId, state: "done", NOT: COMPLETIONS };
		const last = await this.options.db.run.findFirst({ where, orderBy: { endedAt: "desc" } });
		if (last?.direction !== "migrate" || !last.plan || !last.facts) return null;
		return { plan: planSchema.parse(last.plan), facts: factsSchema.parse(last.facts) };
	}

	async #node(nodeId: string) {
		const node = await this.options.db.node.findUnique({ where: { id: nodeId }, select: { name: true, clusterId: true, manual: true } });
		if (!node) throw new InventoryError("inventory.not-found", { kind: "node", id: nodeId });
		return node;
	}

	/** A node that was removed meanwhile is nothing to store. */
	async #store(nodeId: string, data: Prisma.NodeUpdateInput): Promise<void> {
		try {
			await this.options.db.node.update({ where: { id: nodeId }, data, select: { id: true } });
		} catch (error) {
			if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025")) throw error;
		}
		this.options.hub.publish({ type: "changed", what: "nodes", id: nodeId });
	}
}

/** The node's clock is read somewhere between the two moments, in whole seconds: no difference is told that may be none. */
function withSkew(facts: Facts, begunAt: Date, at: Date): Facts {
	const ahead = facts.host.epochS - at.getTime() / 1000;
	const behind = facts.host.epochS + 1 - begunAt.getTime() / 1000;
	const clockSkewS = Math.round(ahead > 0 ? ahead : Math.min(behind, 0));
	return { ...facts, host: { ...facts.host, clockSkewS } };
}

function summaryOf(findings: readonly Finding[], at: Date): PreflightSummary {
	const of = (severity: Finding["severity"]) => [
		...new Set(findings.filter((one) => one.severity === severity && one.code !== ALREADY_ON_CONTAINERD).map(({ code }) => code)),
	];
	return { at: at.toISOString(), block: of("block"), warn: of("warn"), note: of("note") };
}

/** One list of each cluster, read once for the nodes of a batch that are planned together. No plan fails for want of it. */
class HeldLists<Row> {
	readonly #held = new Map<string, { at: number; read: Promise<Listed<Row>> }>();

	constructor(private readonly list: (api: ClusterApi) => Promise<Row[]>) {}

	of(clusterId: string, api: ClusterApi): Promise<Listed<Row>> {
		const held = this.#held.get(clusterId);
		const now = performance.now();
		if (held && now - held.at < LIST_HELD_MS) return held.read;
		const read = this.list(api).then(
			(rows) => ({ rows, unknown: null }),
			(error: unknown) => {
				this.#held.delete(clusterId);
				if (isKubernetesError(error)) return { rows: [], unknown: error.code };
				throw error;
			},
		);
		this.#held.set(clusterId, { at: now, read });
		return read;
	}
}

const HOSTNAME_LABEL = "kubernetes.io/hostname";

/** The pod's claims on volumes that this node alone can mount. */
function localClaims(pod: PodRow, volumes: readonly NodeVolumeRow[], hostname: string): string[] {
	const here = new Set(volumes.filter(({ hostnames }) => hostnames.every((each) => each === hostname)).map(({ claim }) => claim));
	return pod.claims.filter((claim) => here.has(`${pod.namespace}/${claim}`));
}

/** What a change of runtime touches of a pod. */
function apiPod(pod: PodRow, budgets: readonly BudgetRow[], local: string[]): ApiPod {
	const all = [...pod.initContainers, ...pod.containers];
	const pulled = all.filter(({ image, pullPolicy }) => pullPolicy === "Always" || image.includes("@sha256:"));
	return {
		label: podLabel(pod),
		controller: pod.controller?.kind ?? null,
		mirror: pod.mirror,
		hostPaths: pod.hostPaths,
		hasEmptyDir: pod.emptyDirs.length > 0,
		localClaims: local,
		hasClaims: pod.claims.length > 0,
		pulled: [...new Set(pulled.map(({ image }) => image))],
		budgets: budgets
			.filter((budget) => countsPod(budget, pod))
			.map((budget) => ({
				name: podLabel(budget),
				allowed: budget.observed ? budget.disruptionsAllowed : 0,
				healthy: budget.currentHealthy,
				wanted: budget.desiredHealthy,
			})),
	};
}
