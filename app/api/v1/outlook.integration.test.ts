import { afterAll, beforeAll, expect, it } from "vitest";
import type { NodeFindings } from "@/lib/contracts/draft.ts";
import type { Durations, Workloads } from "@/lib/contracts/workload.ts";
import type { ClusterApi } from "@/server/kubernetes/cluster-api.ts";
import { KubernetesError } from "@/server/kubernetes/error.ts";
import { toPodRow } from "@/server/kubernetes/pod-row.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { GET as durations } from "./migrations/[id]/durations/route.ts";
import { GET as findings } from "./migrations/[id]/findings/route.ts";
import { GET as workloads } from "./migrations/[id]/workloads/route.ts";

// What a review says of a plan before it is started: findings, workloads and how long it may take.
const MINUTE = 60_000;
const BEGUN = Date.parse("2026-11-01T08:00:00Z");
let test: TestConsole;
let cookie: string;

const run = (id: string, change: object = {}) => ({
	id: `run-${id}`,
	nodeId: id,
	nodeName: id,
	direction: "migrate",
	position: 0,
	state: "queued",
	fromRuntime: "docker://20.10.24",
	toRuntime: "containerd://1.6.20",
	...change,
});
const step = (stepId: string, phase: string, startedAt: number, durationMs: number) => ({
	stepId,
	position: 0,
	phase,
	where: "node",
	state: "ok",
	startedAt: new Date(startedAt),
	durationMs,
});

beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const { db } = test.console;
	const nodes = ["a", "b", "c"].map((id) => ({ id, name: id, address: "10.0.0.1" }));
	await db.cluster.create({ data: { id: "c1", name: "legacy", nodes: { create: nodes } } });
	await db.cluster.create({ data: { id: "c2", name: "other", nodes: { create: { id: "far", name: "far", address: "10.0.0.2" } } } });
	const base = { direction: "migrate", policy: {}, reason: "", ticket: "", createdById: "u", createdBy: "ann" };
	const kept = [
		{ code: "docker.containers.running", severity: "block", values: { names: "mirror" }, evidence: { text: "much output" } },
		{ code: "node.space.threshold", severity: "warn", values: { path: "http://user:hunter2@proxy" } },
	];
	const blocked = { code: "run.blocked", values: { blocks: 1, first: "docker.containers.running" } };
	const evict = { create: { ...step("evict", "drain", BEGUN, 0), state: "waiting", startedAt: null } };
	await db.migration.create({
		data: {
			...base,
			id: "m1",
			clusterId: "c1",
			state: "draft",
			runs: {
				create: [
					run("a", { steps: evict }),
					run("b", { position: 1, state: "skipped", result: blocked, findings: kept }),
					run("c", { position: 2 }),
				],
			},
		},
	});
});
afterAll(() => test.close());

const ask = (handler: typeof findings, id = "m1", by: string | undefined = cookie) =>
	test.call(handler, `/api/v1/migrations/${id}`, { params: { id }, ...(by ? { cookie: by } : {}) });

it.each([
	["findings", () => findings],
	["workloads", () => workloads],
	["durations", () => durations],
])("%s are of a migration that is there, and for who is signed in", async (_, handler) => {
	expect((await ask(handler(), "nobody")).status).toBe(404);
	expect((await test.call(handler(), "/api/v1/migrations/m1", { params: { id: "m1" } })).status).toBe(401);
});

it("says what was found on each node, without the evidence and without secrets", async () => {
	const { nodes } = (await (await ask(findings)).json()) as { nodes: NodeFindings[] };
	expect(nodes.map(({ name, state }) => `${name} ${state}`)).toEqual(["a queued", "b skipped", "c queued"]);
	expect(nodes[1]).toMatchObject({ runId: "run-b", result: { code: "run.blocked" } });
	expect(nodes[1]?.findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
		"block docker.containers.running",
		"warn node.space.threshold",
	]);
	expect(JSON.stringify(nodes)).not.toMatch(/much output|hunter2/);
});

it("measures nodes that went the same way, this cluster's own where there are enough", async () => {
	const { db } = test.console;
	const answer = async () => ((await (await ask(durations)).json()) as Durations).measured;
	expect(await answer()).toBeNull();
	const past = (id: string, clusterId: string, nodeId: string, outMs: number, change: object = {}) =>
		db.migration.create({
			data: {
				id,
				clusterId,
				direction: "migrate",
				state: "done",
				policy: {},
				reason: "",
				ticket: "",
				createdById: "u",
				createdBy: "ann",
				runs: {
					create: {
						...run(nodeId, { id: `run-${id}`, state: "done", endedAt: new Date(BEGUN + 10 * MINUTE + outMs) }),
						steps: { create: [step("snapshot", "prepare", BEGUN, MINUTE), step("cordon", "drain", BEGUN + 10 * MINUTE, 1_000)] },
						...change,
					},
				},
			},
		});
	await past("p1", "c2", "far", 3 * MINUTE);
	await past("p2", "c1", "a", 5 * MINUTE);
	await past("p3", "c1", "b", 90 * MINUTE, { state: "reverted" });
	await past("p4", "c1", "b", 90 * MINUTE, { fromRuntime: "containerd://1.6.20" });
	await past("p5", "c1", "b", 90 * MINUTE, { direction: "rollback" });
	// The wait between prepare and drain is nobody's work.
	expect(await answer()).toEqual({
		runs: 2,
		ownCluster: false,
		prepare: { minMs: MINUTE, maxMs: MINUTE },
		out: { minMs: 3 * MINUTE, maxMs: 5 * MINUTE },
	});
	await past("p6", "c1", "b", 6 * MINUTE);
	await past("p7", "c1", "c", 7 * MINUTE);
	expect(await answer()).toMatchObject({ runs: 3, ownCluster: true, out: { minMs: 5 * MINUTE, maxMs: 7 * MINUTE } });
});

it("says which pods move and what holds them, and what could not be read", async () => {
	expect(await (await ask(workloads)).json()).toEqual({
		hasApi: false,
		nodes: [],
		more: 0,
		budgetsUnknown: null,
		volumesUnknown: null,
	} satisfies Workloads);
	const pod = toPodRow({
		metadata: {
			name: "api-0",
			namespace: "web",
			labels: { app: "api" },
			ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "api", uid: "o", controller: true }],
		},
		spec: { containers: [{ name: "main", image: "i" }] },
		status: { phase: "Running" },
	});
	const selector = { matchLabels: { app: "api" }, matchExpressions: [] };
	const budget = {
		namespace: "web",
		name: "api",
		disruptionsAllowed: 0,
		currentHealthy: 1,
		desiredHealthy: 1,
		expectedPods: 1,
		observed: true,
	};
	const api: Partial<ClusterApi> = {
		listPdbs: async () => [{ ...budget, selector }],
		listNodeVolumes: async () => {
			throw new KubernetesError("cluster.forbidden", {});
		},
		podsOnNode: async (name) => {
			if (name === "c") throw new KubernetesError("cluster.timeout", {});
			return [pod];
		},
	};
	test.console.connections.get = async () => api as ClusterApi;
	const answer = (await (await ask(workloads)).json()) as Workloads;
	expect(answer).toMatchObject({ hasApi: true, more: 0, budgetsUnknown: null, volumesUnknown: "cluster.forbidden" });
	expect(answer.nodes).toMatchObject([
		{ name: "a", drained: true, moves: [{ namespace: "web", kind: "StatefulSet", name: "api", pods: 1, heldBy: ["api"] }], error: null },
		{ name: "c", drained: false, moves: [], error: { code: "cluster.timeout" } },
	]);
});
