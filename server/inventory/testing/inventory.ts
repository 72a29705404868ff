import { randomBytes } from "node:crypto";
import pino from "pino";
import type { StreamMessage } from "../../../lib/contracts/stream.ts";
import { AuditLog } from "../../audit/audit.ts";
import type { Db } from "../../db/client.ts";
import { EventHub } from "../../events/hub.ts";
import type { ClusterApi } from "../../kubernetes/cluster-api.ts";
import type { NodeRow } from "../../kubernetes/node-row.ts";
import type { openCluster } from "../../kubernetes/open-cluster.ts";
import { ClusterConnections } from "../connections.ts";
import { Credentials } from "../credentials.ts";
import { Nodes } from "../nodes.ts";
import { Seal } from "../seal.ts";
import { temporaryDatabase } from "./database.ts";

export const PERSON = { id: "u1", name: "Ann", address: "192.0.2.1" };
export const silent = pino({ level: "silent" });

/** The inventory on a database of its own, with what was forgotten and published written down. */
export async function inventory() {
	const db = await temporaryDatabase();
	const hub = new EventHub();
	const published: StreamMessage[] = [];
	hub.subscribe((message) => published.push(message));
	const forgotten: string[] = [];
	const pool = { forget: (nodeId: string) => forgotten.push(nodeId) };
	const seal = new Seal(randomBytes(32));
	const credentials = new Credentials({ db, seal, hub, pool });
	const nodes = new Nodes({ db, hub, pool });
	const audit = new AuditLog(db, hub);
	return { db, hub, published, pool, forgotten, seal, credentials, nodes, audit };
}

export async function addCluster(db: Db, id = "c1"): Promise<string> {
	await db.cluster.create({ data: { id, name: id } });
	return id;
}

/** A node as an API would list it. */
export function nodeRow(name: string, change: Partial<NodeRow> = {}): NodeRow {
	return {
		name,
		uid: `uid-${name}`,
		status: "Ready",
		ready: "True",
		unschedulable: false,
		roles: [],
		controlPlaneLabel: false,
		createdAt: "2026-01-01T00:00:00.000Z",
		version: "v1.20.2",
		internalIp: "10.0.0.1",
		externalIp: "",
		osImage: "Debian GNU/Linux 12 (bookworm)",
		kernelVersion: "6.1.0",
		containerRuntime: "docker://20.10.24",
		architecture: "amd64",
		bootId: `boot-${name}`,
		machineId: "",
		labels: {},
		annotations: {},
		allocatable: {},
		taints: [],
		conditions: [],
		resourceVersion: "1",
		...change,
	};
}

/** Connections to an API that lists what `rows` holds at the moment; an error in it is thrown. Tells how often it was asked. */
export function listing(db: Db, seal: Seal, rows: { now: NodeRow[] | Error }) {
	const counts = { lists: 0, opened: 0, closed: 0 };
	/** Where the API says that its servers are, and which of them answers. */
	const place = { listed: [] as string[], answering: "https://api.example:6443" };
	const api: Partial<ClusterApi> = {
		server: "https://api.example:6443",
		get answering() {
			return place.answering;
		},
		endpoints: async () => place.listed,
		version: async () => "v1.20.2",
		listNodes: async () => {
			counts.lists += 1;
			if (rows.now instanceof Error) throw rows.now;
			return rows.now;
		},
		test: async () => ({ ok: true, serverVersion: "v1.20.2", evictionVersion: "v1beta1" }),
		close: () => {
			counts.closed += 1;
		},
	};
	const opened: { alternatives: () => readonly string[] } = { alternatives: () => [] };
	const openApi: typeof openCluster = (_access, { alternatives } = {}) => {
		counts.opened += 1;
		opened.alternatives = alternatives ?? opened.alternatives;
		return api as ClusterApi;
	};
	return { connections: new ClusterConnections(db, seal, openApi), openApi, counts, place, opened };
}

/** A kubeconfig that can be read; nothing answers at its server. */
export const KUBECONFIG = `
apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: one, user: ann}}
- {name: two, context: {cluster: two, user: ann}}
clusters:
- {name: one, cluster: {server: "https://127.0.0.1:1"}}
- {name: two, cluster: {server: "https://127.0.0.1:2"}}
users:
- {name: ann, user: {token: S3cretToken}}
`;
