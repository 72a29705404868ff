/** The engine on real nodes with the shortest way to them: a database in a temporary folder, no console and no inventory. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { policySchema } from "../../lib/contracts/plan.ts";
import { AuditLog } from "../../server/audit/audit.ts";
import { closeDatabase, type Db, openDatabase } from "../../server/db/client.ts";
import { Engine } from "../../server/engine/engine.ts";
import { EventHub } from "../../server/events/hub.ts";
import { originalAnnotation } from "../../server/inventory/original-annotation.ts";
import type { ClusterApi } from "../../server/kubernetes/cluster-api.ts";
import { parseKubeconfig } from "../../server/kubernetes/kubeconfig.ts";
import { openCluster } from "../../server/kubernetes/open-cluster.ts";
import { storedLog } from "../../server/logs/read.ts";
import { parseProbe } from "../../server/probe/parse.ts";
import { probeScript } from "../../server/probe/script.ts";
import { SshPool } from "../../server/ssh/pool.ts";
import type { SshTarget } from "../../server/ssh/session.ts";
import { crictlArchive } from "./crictl-archive.ts";
import type { Fleet } from "./fleet.ts";
import { apiNodeOf, sshTarget } from "./node-run.ts";
import { until } from "./process.ts";

export interface HarnessOptions {
	/** Ways to hosts of the fleet by the node's id: of a further node that bears it as its name, or in place of a node's own. */
	ways?: Record<string, () => Promise<SshTarget>>;
	/** Where the database lies; default a folder of its own that goes with the harness. */
	folder?: string;
	/** Another way to the fleet's API than its kubeconfig. */
	cluster?: ClusterApi;
	/** Default `fleet-console`. */
	consoleId?: string;
}

export interface DraftOptions {
	policy?: object;
	/** Of the cluster that has no API, where it is true. */
	withoutApi?: boolean;
}

export interface EngineHarness {
	db: Db;
	engine: Engine;
	cluster: ClusterApi;
	/** As another process would be: the old engine's work ends, a new one takes the runs up. */
	restart(): Promise<void>;
	draft(names: string[], direction: "migrate" | "rollback", policy?: object, options?: DraftOptions): Promise<string>;
	/** Resolves with the state in which the migration comes to rest, and what there is to know of it where that is not "done". */
	ended(migrationId: string, timeoutMs: number): Promise<string>;
	close(): Promise<void>;
}

const CLUSTER = "cluster1";
/** Its nodes are the same hosts; nothing of the API is told of it. */
const BY_HAND = "byhand";
const PERSON = { id: "p1", name: "fleet test" };
/** A kubelet of 1.20 that misses its moment to report a pod gone does so minutes later; on a busy machine that happened to two in a row. */
const DRAIN_LIMIT_S = 420;
const AT_REST = ["done", "done-with-failures", "held", "cancelled", "paused"];

/** Id of a node in the cluster that has no API. */
export const byHand = (name: string) => `${BY_HAND}-${name}`;

export async function engineHarness(fleet: Fleet, options: HarnessOptions = {}): Promise<EngineHarness> {
	const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "gantry-engine-")));
	const db = await openDatabase({ file: join(folder, "gantry.db"), migrations: "prisma/sqlite/migrations" });
	const cluster = options.cluster ?? openCluster(parseKubeconfig(await readFile(fleet.kubeconfig, "utf8")));
	const archive = await crictlArchive();
	const ways = options.ways ?? {};
	await inventory(db, fleet, Object.keys(ways));
	const log = pino({ level: process.env.GANTRY_LOG_LEVEL ?? "error" });
	let pool = new SshPool();
	const nameOf = (nodeId: string) => nodeId.replace(`${BY_HAND}-`, "");
	const session = (nodeId: string) => pool.session(nodeId, ways[nodeId] ?? (() => sshTarget(fleet.node(nameOf(nodeId)))));
	const hub = new EventHub();
	const create = () =>
		new Engine({
			db,
			hub,
			audit: new AuditLog(db, hub),
			log,
			consoleId: options.consoleId ?? "fleet-console",
			now: () => new Date(),
			unavailableNodes: async (clusterId) =>
				clusterId === BY_HAND
					? null
					: new Set((await cluster.listNodes()).filter((node) => node.ready !== "True" || node.unschedulable).map((node) => node.name)),
			executor: {
				session,
				cluster: async (clusterId) => (clusterId === BY_HAND ? null : cluster),
				crictlArchive: async (sha256) => (sha256 === archive.archiveSha256 ? readFile(archive.path) : null),
				storedLog: (runId, generation, from) => storedLog(db, runId, generation, from),
				secrets: async () => [],
				originalAnnotation: (runId) => originalAnnotation(db, runId),
				ended: () => {},
			},
			planning: {
				probe: async (nodeId, files) => parseProbe((await session(nodeId).run(probeScript({ files }), { timeoutMs: 60_000 })).stdout),
				apiNode: async (nodeId) => (nodeId.startsWith(BY_HAND) ? null : apiNodeOf(cluster, nodeId)),
				crictl: async () => new Map([["amd64", [archive]]]),
			},
		});
	const harness: EngineHarness = {
		db,
		engine: create(),
		cluster,
		async restart() {
			await harness.engine.stop();
			await pool.drain({ timeoutMs: 0 });
			pool = new SshPool();
			harness.engine = create();
			harness.engine.start();
		},
		draft: (names, direction, policy = {}, { withoutApi = false } = {}) =>
			harness.engine.planning.draft({
				clusterId: withoutApi ? BY_HAND : CLUSTER,
				direction,
				nodeIds: withoutApi ? names.map(byHand) : names,
				policy: policySchema.parse({ drain: { timeoutS: DRAIN_LIMIT_S }, ...policy }),
				reason: "",
				ticket: "",
				withoutApi,
				person: PERSON,
			}),
		ended: (migrationId, timeoutMs) => ended(db, migrationId, timeoutMs),
		async close() {
			await harness.engine.stop();
			await pool.drain({ timeoutMs: 1_000 });
			cluster.close();
			await closeDatabase();
			if (!options.folder) await rm(folder, { recursive: true, force: true });
		},
	};
	harness.engine.start();
	return harness;
}

/** Found where the database was used before. */
async function inventory(db: Db, fleet: Fleet, ways: string[]): Promise<void> {
	const hosts = fleet.nodes.map((node) => node.name);
	const further = ways.filter((id) => !hosts.some((name) => id === name || id === byHand(name)));
	const clusters = [
		{ id: CLUSTER, name: "fleet", nodes: [...hosts, ...further].map((name) => ({ id: name, name })) },
		{ id: BY_HAND, name: "by hand", nodes: hosts.map((name) => ({ id: byHand(name), name })) },
	];
	for (const { id, name, nodes } of clusters) {
		await db.cluster.upsert({ where: { id }, update: {}, create: { id, name } });
		for (const node of nodes)
			await db.node.upsert({ where: { id: node.id }, update: {}, create: { ...node, clusterId: id, address: node.name } });
	}
}

async function ended(db: Db, migrationId: string, timeoutMs: number): Promise<string> {
	const show = async () =>
		JSON.stringify({
			migration: await db.migration.findUnique({ where: { id: migrationId }, select: { state: true, stateWhy: true } }),
			runs: await db.run.findMany({
				where: { migrationId },
				select: { nodeName: true, state: true, waiting: true, result: true, findings: true },
			}),
		});
	const state = await until(
		`migration ${migrationId} ends`,
		timeoutMs,
		async () => {
			const { state } = await db.migration.findUniqueOrThrow({ where: { id: migrationId } });
			return AT_REST.includes(state) ? state : undefined;
		},
		show,
		500,
	);
	return state === "done" ? state : `${state} ${await show()}`;
}
