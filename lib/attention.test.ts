import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AttentionInput, type AttentionMigration, attention, FAILED_SHOWN_DAYS, STALE_FACTS_DAYS } from "./attention.ts";
import { ATTENTION_CODES } from "./attention-codes.ts";
import { policySchema } from "./contracts/plan.ts";
import { migrationStateSchema } from "./contracts/run.ts";

const NOW = Date.UTC(2026, 5, 10);
const ago = (days: number) => new Date(NOW - days * 86_400_000).toISOString();
type Node = AttentionInput["nodes"][number];
type Cluster = AttentionInput["clusters"][number];
type Run = AttentionInput["handsNeeded"][number];

const cluster = (change: Partial<Cluster> = {}): Cluster => ({
	id: "c1",
	name: "prod",
	hasApi: true,
	hasCredential: true,
	apiState: { code: "ok", values: {} },
	...change,
});
const node = (name: string, change: Partial<Node> = {}): Node => ({
	id: `id-${name}`,
	name,
	clusterId: "c1",
	gone: false,
	hostKey: "accepted",
	probeError: null,
	factsAt: ago(1),
	runtime: "dockershim",
	activeRunId: null,
	api: { ready: true },
	...change,
});
const run = (nodeName: string, change: Partial<Run> = {}): Run => ({
	id: `run-${nodeName}`,
	migrationId: "m1",
	nodeId: `id-${nodeName}`,
	nodeName,
	clusterId: "c1",
	clusterName: "prod",
	endedAt: ago(0.5),
	...change,
});
const migration = (change: Partial<AttentionMigration> = {}): AttentionMigration => ({
	id: "m1",
	clusterId: "c1",
	clusterName: "prod",
	state: "running",
	stateWhy: null,
	policy: policySchema.parse({}),
	ticket: "CHG-1",
	reason: "",
	endedAt: null,
	counts: {},
	approved: false,
	...change,
});
const needed = policySchema.parse({ approval: { needed: true } });
const of = (change: Partial<AttentionInput>) =>
	attention({ clusters: [cluster()], nodes: [], migrations: [], handsNeeded: [], nodeHeld: [], drainBlocked: [], ...change }, NOW);
const codes = (change: Partial<AttentionInput>) => of(change).map(({ code }) => code);
const why = (code: string) => ({ code, values: {} });

it("is nothing where all is well", () => {
	expect(of({ nodes: [node("node1")], migrations: [migration(), migration({ state: "done" })] })).toEqual([]);
});

describe("a migration", () => {
	it.each([
		[{ state: "held", stateWhy: why("migration.failed") }, "held"],
		[{ state: "held", stateWhy: why("migration.rolling-back") }, undefined],
		[{ state: "held", stateWhy: { code: "migration.rolling-back", values: { node: "n1", busy: "n2", busyIn: "m2" } } }, "held"],
		[{ state: "paused", stateWhy: why("migration.canary-ended") }, "canary-ended"],
		[{ state: "paused", stateWhy: why("migration.control-plane-next") }, "control-plane-next"],
		[{ state: "paused", stateWhy: why("migration.prepared") }, "prepared"],
		[{ state: "paused", stateWhy: why("migration.approval-void") }, "approval-void"],
		[{ state: "paused", stateWhy: why("migration.paused") }, undefined],
		[{ state: "paused", stateWhy: why("migration.paused"), counts: { failed: 1, queued: 3 } }, "failed"],
		[{ state: "paused", stateWhy: why("migration.canary-ended"), counts: { failed: 1 } }, "canary-ended"],
		[{ state: "draft" }, undefined],
		[{ state: "draft", stateWhy: why("migration.schedule-missed") }, "schedule-failed"],
		[{ state: "draft", policy: needed }, "approval-missing"],
		[{ state: "draft", policy: needed, approved: true }, undefined],
		[{ state: "scheduled", policy: needed }, "approval-missing"],
		[{ state: "running", counts: { failed: 1, reverted: 2, done: 9 } }, "failed"],
		[{ state: "running", counts: { done: 9, "revert-failed": 1 } }, undefined],
		[{ state: "done-with-failures", counts: { failed: 1 }, endedAt: ago(FAILED_SHOWN_DAYS - 0.1) }, "failed"],
		[{ state: "done-with-failures", counts: { failed: 1 }, endedAt: ago(FAILED_SHOWN_DAYS + 0.1) }, undefined],
		[{ state: "cancelled", counts: { failed: 1 }, endedAt: ago(0) }, undefined],
	] as const satisfies [Partial<AttentionMigration>, string | undefined][])("%j → %s", (change, code) => {
		expect(codes({ migrations: [migration(change)] })[0]).toBe(code);
	});

	it("leads to its page and is called by its ticket, else by its reason", () => {
		const [item] = of({ migrations: [migration({ state: "running", counts: { failed: 1, reverted: 2 } })] });
		expect(item).toMatchObject({ href: "/migrations/m1", values: { migration: "CHG-1", cluster: "prod", count: 3 } });
		expect(of({ migrations: [migration({ state: "held", ticket: "", reason: "Docker goes" })] })[0]?.values["migration"]).toBe(
			"Docker goes",
		);
	});
});

describe("a node that needs hands", () => {
	const hands = [run("node7")];

	it("is told until it was probed since and is well", () => {
		expect(of({ handsNeeded: hands, nodes: [node("node7")] })[0]).toMatchObject({ code: "hands", href: "/runs/run-node7" });
		expect(codes({ handsNeeded: hands, nodes: [node("node7", { factsAt: ago(0.1) })] })).toEqual([]);
	});

	it.each([
		["its kubelet does not run", { runtime: "none" }],
		["its cluster does not call it ready", { api: { ready: false } }],
		["it cannot be probed", { probeError: why("ssh.refused") }],
	] as [string, Partial<Node>][])("is told although it was probed, where %s", (_, change) => {
		expect(codes({ handsNeeded: hands, nodes: [node("node7", { factsAt: ago(0.1), ...change })] })).toContain("hands");
	});

	it("is told of a node that is not listed, and not of one that has left the cluster", () => {
		expect(codes({ handsNeeded: hands })).toEqual(["hands"]);
		expect(codes({ handsNeeded: hands, nodes: [node("node7", { gone: true })] })).toEqual([]);
	});
});

it("tells of a node that is held for a look, and where it is answered, before one whose drain is blocked", () => {
	expect(of({ nodeHeld: [run("node 7")], drainBlocked: [run("node5")] })).toMatchObject([
		{ code: "node-held", href: "/migrations/m1?node=node%207", values: { node: "node 7", cluster: "prod" } },
		{ code: "drain-blocked" },
	]);
});

describe("nodes", () => {
	it("that cannot be probed are told by name while they are few, naturally sorted", () => {
		const silent = (count: number) =>
			Array.from({ length: count }, (_, index) => node(`node${9 + index}`, { probeError: why("ssh.refused") }));
		expect(of({ nodes: silent(3).reverse() }).map(({ values }) => values["node"])).toEqual(["node9", "node10", "node11"]);
		expect(of({ nodes: silent(4) })).toMatchObject([{ code: "unreachable-many", values: { count: 4, cluster: "prod" } }]);
	});

	it("with old facts count where a migration may still come", () => {
		const old = { factsAt: ago(STALE_FACTS_DAYS + 1) };
		const nodes = [
			node("node1", old),
			node("node2", old),
			node("node3", { ...old, runtime: "containerd" }),
			node("node4", { ...old, activeRunId: "r" }),
			node("node5", { factsAt: null }),
			node("node6", { ...old, gone: true }),
			node("node7", { factsAt: ago(STALE_FACTS_DAYS - 1) }),
		];
		expect(of({ nodes })).toMatchObject([{ code: "stale-facts", values: { count: 2, days: STALE_FACTS_DAYS }, clusterId: "c1" }]);
	});

	it("with unknown host keys count once there is a credential", () => {
		const nodes = [node("node1", { hostKey: "unknown" })];
		expect(codes({ nodes })).toEqual(["host-keys"]);
		expect(codes({ nodes, clusters: [cluster({ hasCredential: false })] })).toEqual([]);
	});
});

it("tells of an API that does not answer, not of one that was not asked", () => {
	expect(codes({ clusters: [cluster({ apiState: why("kubernetes.refused") }), cluster({ id: "c2", apiState: null })] })).toEqual(["api"]);
});

it("has each thing once, the most pressing first, whatever the order of what it is given", () => {
	const states = migrationStateSchema.options.map((state) => migration({ id: state, state, policy: needed, counts: { failed: 1 } }));
	const nodes = [node("node1", { probeError: why("ssh.refused") }), node("node2", { hostKey: "unknown" }), node("node3")];
	const runs = { handsNeeded: [run("node3"), run("node4")], nodeHeld: [run("node6")], drainBlocked: [run("node5")] };
	const full = { migrations: states, nodes, ...runs };
	const first = of(full);
	expect(new Set(first.map(({ key }) => key)).size).toBe(first.length);
	fc.assert(
		fc.property(
			fc.shuffledSubarray(states, { minLength: states.length }),
			fc.shuffledSubarray(nodes, { minLength: 3 }),
			(migrations, mixed) => {
				const ranks = of({ ...full, migrations, nodes: mixed }).map(({ code }) => ATTENTION_CODES.indexOf(code));
				expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
				expect(ranks).toEqual(first.map(({ code }) => ATTENTION_CODES.indexOf(code)));
			},
		),
	);
});
