import { beforeEach, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import { paceOf } from "../../lib/pace.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import { soundApiNode, soundFacts } from "../preflight/fixtures/node.ts";
import type { ChangeMigration } from "./change-migration.ts";
import { DraftNodes } from "./draft-nodes.ts";
import { changesOf } from "./testing/change.ts";
import { PROBED, testDatabase } from "./testing/migrations.ts";
import { planRequest, testNodes, testPlanning } from "./testing/plans.ts";

/** The facts of a node whose kubelet does not answer, by name; the others are sound. */
const failing = new Set<string>();
const controlPlane = new Set<string>();
/** Nodes that the API does not know. */
const unknown = new Set<string>();
/** Happens while a node is read. */
let meanwhile: (() => Promise<unknown>) | null;
let db: Db;
let nodes: DraftNodes;
let planning: ReturnType<typeof testPlanning>;
let change: ChangeMigration;
let changed: string[];

beforeEach(async () => {
	failing.clear();
	controlPlane.clear();
	unknown.clear();
	meanwhile = null;
	changed = [];
	db = await testDatabase();
	const facts = (id: string): Facts => {
		const own = structuredClone(soundFacts(PROBED));
		if (failing.has(id)) own.kubelet.healthz = { known: true, value: { address: "127.0.0.1", port: 10_248, ok: false } };
		return own;
	};
	planning = testPlanning(db, {
		probe: async (id) => {
			await meanwhile?.();
			return facts(id);
		},
		apiNode: async (id) => (unknown.has(id) ? null : soundApiNode(facts(id))),
	});
	change = changesOf(db);
	const anew: typeof planning.anew = async (id, run, word) => {
		const made = await planning.anew(id, run, word);
		return { ...made, controlPlane: made.controlPlane || controlPlane.has(run.nodeId) };
	};
	nodes = new DraftNodes({ db, planning: { anew }, change, onDetailChanged: (id) => void changed.push(id) });
});

const runs = () => db.run.findMany({ orderBy: { position: "asc" }, select: { id: true, nodeName: true, state: true, position: true } });
const names = async () => (await runs()).map(({ nodeName }) => nodeName);

it("reads one node anew in its place, and leaves the others' plans as they are", async () => {
	failing.add("node2");
	const id = await planning.draft(planRequest(await testNodes(db, "node1", "node2", "node3")));
	const before = await runs();
	expect(before.map(({ state }) => state)).toEqual(["queued", "skipped", "queued"]);
	failing.clear();
	const told: string[] = [];
	expect(await nodes.checkAgain(id, ["node2"], { onNode: (node, state) => void told.push(`${node} ${state}`) })).toEqual(["node2"]);
	const after = await runs();
	expect(after.map(({ nodeName, state }) => `${nodeName} ${state}`)).toEqual(["node1 queued", "node2 queued", "node3 queued"]);
	expect([after[0]?.id, after[2]?.id]).toEqual([before[0]?.id, before[2]?.id]);
	expect(after[1]?.id).not.toBe(before[1]?.id);
	expect(told).toEqual(["node2 reading", "node2 checking", "node2 ready"]);
	expect(changed).toEqual([id]);
	failing.add("node1");
	await nodes.checkAgain(id, ["node1", "node2", "node3"]);
	expect((await runs()).map(({ state }) => state)).toEqual(["skipped", "queued", "queued"]);
	expect(await db.run.count()).toBe(3);
});

it("keeps the word that was given for a node", async () => {
	failing.add("node1");
	const overrides = [{ nodeId: "node1", code: "kubelet.healthz.failing" }];
	const id = await planning.draft(planRequest(await testNodes(db, "node1"), { overrides, overrideReason: "known" }));
	await nodes.checkAgain(id, ["node1"]);
	expect(await db.run.findFirstOrThrow()).toMatchObject({
		state: "queued",
		overrides: [{ code: "kubelet.healthz.failing", reason: "known" }],
	});
});

it("lets a node go without the API by the word as it is now: given, kept or taken back", async () => {
	const [node1 = ""] = await testNodes(db, "node1");
	const id = await planning.draft(planRequest([node1]));
	const checked = async (word: { withoutApi?: boolean }) => {
		await nodes.checkAgain(id, [node1], word);
		const { state, withoutApi } = await db.run.findFirstOrThrow();
		const migration = await db.migration.findUniqueOrThrow({ where: { id }, select: { withoutApi: true } });
		expect(migration.withoutApi).toBe(withoutApi);
		return [state, withoutApi];
	};
	unknown.add("node1");
	expect(await checked({})).toEqual(["skipped", false]);
	expect(await checked({ withoutApi: true })).toEqual(["queued", true]);
	expect(await checked({})).toEqual(["queued", true]);
	expect(await checked({ withoutApi: false })).toEqual(["skipped", false]);
});

it("puts a node that turns out to be of the control plane last", async () => {
	const id = await planning.draft(planRequest(await testNodes(db, "node1", "node2", "node3")));
	controlPlane.add("node1");
	await nodes.checkAgain(id, ["node1"]);
	expect(await runs()).toMatchObject([
		{ nodeName: "node2", position: 0 },
		{ nodeName: "node3", position: 1 },
		{ nodeName: "node1", position: 2 },
	]);
});

it("leaves nodes out, but not all; a canary among them is none any more", async () => {
	const policy = policySchema.parse({ installCrictl: false, rollout: { canary: { nodeIds: ["node1", "node2"] } } });
	const id = await planning.draft(planRequest(await testNodes(db, "node1", "node2", "node3"), { policy }));
	expect(await nodes.leaveOut(id, ["node1", "stranger"])).toEqual(["node1"]);
	expect(await names()).toEqual(["node2", "node3"]);
	const canaries = async () => policySchema.parse((await db.migration.findUniqueOrThrow({ where: { id } })).policy).rollout.canary?.nodeIds;
	expect(await canaries()).toEqual(["node2"]);
	// None named would mean the first ones, whom nobody named.
	await nodes.leaveOut(id, ["node2"]);
	expect(await canaries()).toEqual(["node2"]);
	await expect(nodes.leaveOut(id, ["node3"])).rejects.toMatchObject({ code: "migration.nothing-to-do" });
	await expect(nodes.leaveOut(id, ["stranger"])).rejects.toMatchObject({ code: "migration.nothing-to-do" });
	expect(await names()).toEqual(["node3"]);
});

it("changes nothing of a plan that was started, also where that happens in between", async () => {
	const id = await planning.draft(planRequest(await testNodes(db, "node1", "node2")));
	const before = await runs();
	meanwhile = async () => db.migration.update({ where: { id }, data: { state: "running" } });
	await expect(nodes.checkAgain(id, ["node1"])).rejects.toMatchObject({ code: "migration.wrong-state" });
	expect(await runs()).toEqual(before);
	await expect(nodes.leaveOut(id, ["node1"])).rejects.toMatchObject({ code: "migration.wrong-state", values: { state: "running" } });
	await expect(nodes.checkAgain("nobody", ["node1"])).rejects.toMatchObject({ code: "migration.not-found" });
});

it("makes no second plan of a node that is checked twice at the same moment", async () => {
	const id = await planning.draft(planRequest(await testNodes(db, "node1", "node2")));
	const both = await Promise.allSettled([nodes.checkAgain(id, ["node1"]), nodes.checkAgain(id, ["node1"])]);
	expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
	expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "migration.changed-since" } });
	expect(await names()).toEqual(["node1", "node2"]);
});

it("loses no pace that is chosen at the same moment", async () => {
	const policy = policySchema.parse({ installCrictl: false, rollout: { canary: { nodeIds: ["node1", "node2"] } } });
	const id = await planning.draft(planRequest(await testNodes(db, "node1", "node2", "node3"), { policy }));
	await Promise.all([change.changePace(id, { ...paceOf(policy), maxUnavailable: 2 }), nodes.leaveOut(id, ["node1"])]);
	const kept = policySchema.parse((await db.migration.findUniqueOrThrow({ where: { id } })).policy);
	expect([kept.maxUnavailable, kept.rollout.canary?.nodeIds]).toEqual([2, ["node2"]]);
});

it("forgets no node that goes without the API and was checked meanwhile", async () => {
	const id = await planning.draft(planRequest(await testNodes(db, "node1", "node2")));
	// Once: what happens while node1 is read.
	meanwhile = async () => {
		meanwhile = null;
		await db.run.updateMany({ where: { nodeId: "node2" }, data: { withoutApi: true } });
	};
	await nodes.checkAgain(id, ["node1"]);
	expect(await db.migration.findUniqueOrThrow({ where: { id } })).toMatchObject({ withoutApi: true });
});

it("says of what keeps the database from it what it is", async () => {
	const id = await planning.draft(planRequest(await testNodes(db, "node1", "node2")));
	const failed = new Prisma.PrismaClientKnownRequestError("locked", { code: "P1008", clientVersion: "7" });
	const locked = db.$extends({
		query: {
			migration: {
				async update() {
					throw failed;
				},
			},
		},
	}) as unknown as Db;
	const others = new DraftNodes({ db: locked, planning, change, onDetailChanged: () => {} });
	await expect(others.leaveOut(id, ["node1"])).rejects.toBe(failed);
	expect(await names()).toEqual(["node1", "node2"]);
});
