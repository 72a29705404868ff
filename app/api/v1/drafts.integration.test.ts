import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type DraftSummary, type DraftView, draftInputSchema } from "@/lib/contracts/draft.ts";
import type { StreamMessage } from "@/lib/contracts/stream.ts";
import { MOST_DRAFTS } from "@/lib/draft-words.ts";
import { alone } from "@/server/db/commit.ts";
import { Drafts } from "@/server/drafts/drafts.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { DELETE as discard, GET as read, PUT as save } from "./drafts/[id]/route.ts";
import { GET as list } from "./drafts/route.ts";

let test: TestConsole;
let cookie: string;
let me: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const { db } = test.console;
	me = (await db.user.findFirstOrThrow()).id;
	await db.user.create({ data: { id: "other", name: "other", email: "other@example.com" } });
	const nodes = ["node1", "node2"].map((name) => ({ id: name, name, address: "10.0.0.1" }));
	await db.cluster.create({ data: { id: "c1", name: "legacy", nodes: { create: nodes } } });
});
afterAll(() => test.close());
beforeEach(async () => {
	const { db } = test.console;
	await db.migrationDraft.deleteMany();
	await db.migration.deleteMany();
	await db.auditEvent.deleteMany();
});

const A = "aaaaaaaa00000001";
const B = "bbbbbbbb00000002";
const content = (change: object = {}) => ({ clusterId: "c1", nodeIds: ["node1", "node2"], ticket: "CHG-1", ...change });
const send = (id: string, body: object) => test.call(save, `/api/v1/drafts/${id}`, { method: "PUT", cookie, params: { id }, body });
let saves = 0;
/** As a page that has read what is kept. */
async function put(id: string, body: object) {
	const kept = await test.console.db.migrationDraft.findUnique({ where: { id } });
	return send(id, { revision: `revision${saves++}`, basedOn: kept?.revision ?? null, ...body });
}
const get = (id: string) => test.call(read, `/api/v1/drafts/${id}`, { cookie, params: { id } });
const drop = (id: string) => test.call(discard, `/api/v1/drafts/${id}`, { method: "DELETE", cookie, params: { id } });
const view = async (id: string): Promise<DraftView> => (await get(id)).json();
const mine = async (): Promise<DraftSummary[]> => (await (await test.call(list, "/api/v1/drafts", { cookie })).json()).drafts;
const code = async (response: Response) => ({ status: response.status, code: ((await response.json()) as { code?: string }).code });

async function plan(id: string, state: string) {
	const base = { clusterId: "c1", direction: "migrate", policy: {}, reason: "", ticket: "", createdById: me, createdBy: "ann" };
	await test.console.db.migration.create({ data: { ...base, id, state } });
}

it("keeps what was entered, and where, as often as it is saved", async () => {
	expect((await put(A, { content: content(), step: "nodes" })).status).toBe(200);
	expect((await put(A, { content: content({ reason: "Docker goes" }), step: "policy" })).status).toBe(200);
	expect(await view(A)).toMatchObject({
		id: A,
		content: { clusterId: "c1", direction: "migrate", nodeIds: ["node1", "node2"], reason: "Docker goes", policy: { maxUnavailable: 1 } },
		step: "policy",
		names: { node1: "node1", node2: "node2" },
		migrationId: null,
		checking: null,
	});
	await put(B, { content: content({ direction: "rollback", nodeIds: [] }), step: "nodes" });
	expect(await mine()).toMatchObject([
		{ id: B, clusterName: "legacy", direction: "rollback", nodes: 0 },
		{ id: A, nodes: 2, ticket: "CHG-1", step: "policy" },
	]);
});

it("changes what a save was made of, and nothing else", async () => {
	const kept = async () => {
		const { content: now, revision, step } = await view(A);
		return { reason: now.reason, revision, step };
	};
	const save = (revision: string, reason: string, basedOn: string | null, more: object = {}) =>
		send(A, { content: content({ reason }), step: "nodes", revision, basedOn, ...more });
	expect(await (await save("aaaaaaa1", "first", null)).json()).toEqual({ revision: "aaaaaaa1" });
	expect(await (await save("aaaaaaa2", "second", "aaaaaaa1")).json()).toEqual({ revision: "aaaaaaa2" });
	const refused = { status: 409, code: "draft.changed-elsewhere" };
	expect(await code(await save("bbbbbbb1", "other", "aaaaaaa1"))).toEqual(refused);
	expect(await code(await save("bbbbbbb2", "other", null, { step: "policy" }))).toEqual(refused);
	expect(await kept()).toEqual({ reason: "second", revision: "aaaaaaa2", step: "nodes" });
	// The same once more, its answer lost, is no other; where it was left is kept with it.
	expect(await (await save("aaaaaaa3", "second", "aaaaaaa1", { step: "policy" })).json()).toEqual({ revision: "aaaaaaa2" });
	expect(await kept()).toEqual({ reason: "second", revision: "aaaaaaa2", step: "policy" });
	// More of the same page, of whose saves one was taken and not answered.
	expect((await save("aaaaaaa5", "third", "aaaaaaa1", { unanswered: ["aaaaaaa2", "aaaaaaa4"] })).status).toBe(200);
	expect((await kept()).revision).toBe("aaaaaaa5");
	// A refusal that is asked of the person is no line of the audit.
	const { events } = await test.console.audit.list();
	expect(events.map(({ action, outcome }) => [action, outcome])).toEqual([["draft.create", "ok"]]);
});

it("takes exactly one of two saves that meet", async () => {
	const save = (revision: string, basedOn: string | null) =>
		send(A, { content: content({ reason: revision }), step: "nodes", revision, basedOn });
	for (const basedOn of [null, "aaaaaaa1"]) {
		if (basedOn !== null) await put(A, { content: content({ reason: "before" }), step: "nodes", revision: basedOn });
		const answers = await Promise.all(["bbbbbbb1", "ccccccc1", "ddddddd1"].map((revision) => save(revision, basedOn)));
		expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
		const winner = await answers.find(({ status }) => status === 200)?.json();
		expect((await view(A)).content.reason).toBe(winner.revision);
	}
});

it("decides by what is kept at the moment of the change, not by what was looked up before", async () => {
	const { db, hub, checks } = test.console;
	await put(A, { content: content(), step: "nodes", revision: "aaaaaaa1" });
	let meanwhile: (() => Promise<unknown>) | null = null;
	const late = db.$extends({
		query: {
			migrationDraft: {
				async updateMany({ args, query }) {
					const first = meanwhile;
					meanwhile = null;
					await first?.();
					return query(args);
				},
			},
		},
	}) as unknown as typeof db;
	const drafts = new Drafts({ db: late, hub, checks, now: () => new Date() });
	const made = (reason: string, revision: string) => ({
		...draftInputSchema.parse({ content: content({ reason }), step: "nodes", revision, basedOn: "aaaaaaa1" }),
	});
	meanwhile = () => put(A, { content: content({ reason: "theirs" }), step: "nodes", revision: "bbbbbbb1" });
	await expect(drafts.save(me, A, made("mine", "ccccccc1"))).rejects.toMatchObject({ code: "draft.changed-elsewhere" });
	expect((await view(A)).content.reason).toBe("theirs");
	meanwhile = () => drop(A);
	await expect(drafts.save(me, A, made("theirs", "ccccccc2"))).rejects.toMatchObject({ code: "inventory.not-found" });
});

it("does not bring back what is gone", async () => {
	await put(A, { content: content(), step: "nodes", revision: "aaaaaaa1" });
	await drop(A);
	const again = { content: content(), step: "nodes", revision: "aaaaaaa2" };
	expect(await code(await send(A, { ...again, basedOn: "aaaaaaa1" }))).toEqual({ status: 404, code: "inventory.not-found" });
	expect(await mine()).toEqual([]);
	expect((await send(A, { ...again, basedOn: null })).status).toBe(200);
});

it("goes on from what was kept before revisions had names", async () => {
	await test.console.db.migrationDraft.create({ data: { id: A, userId: me, content: content(), step: "nodes", updatedAt: new Date() } });
	expect((await view(A)).revision).toBe("");
	expect((await send(A, { content: content({ reason: "x" }), step: "nodes", revision: "aaaaaaa1", basedOn: "" })).status).toBe(200);
	expect((await view(A)).revision).toBe("aaaaaaa1");
});

it("still names a node that is gone", async () => {
	const { db } = test.console;
	await db.node.create({ data: { id: "node3", clusterId: "c1", name: "node3", address: "10.0.0.3" } });
	await put(A, { content: content({ nodeIds: ["node1", "node3"] }), step: "nodes" });
	await db.node.delete({ where: { id: "node3" } });
	await put(A, { content: content({ nodeIds: ["node1", "node3"], reason: "x" }), step: "nodes" });
	expect((await view(A)).names).toEqual({ node1: "node1", node3: "node3" });
	await put(A, { content: content({ nodeIds: ["node1"] }), step: "nodes" });
	expect((await view(A)).names).toEqual({ node1: "node1" });
});

it("is nobody else's", async () => {
	const { db } = test.console;
	await db.migrationDraft.create({ data: { id: B, userId: "other", content: {}, step: "nodes", updatedAt: new Date() } });
	expect(await mine()).toEqual([]);
	for (const response of [await get(B), await put(B, { content: content(), step: "nodes" }), await drop(B)])
		expect(await code(response)).toEqual({ status: 404, code: "inventory.not-found" });
	expect((await db.migrationDraft.findUniqueOrThrow({ where: { id: B } })).content).toEqual({});
	expect((await test.call(list, "/api/v1/drafts")).status).toBe(401);
	expect((await test.call(save, `/api/v1/drafts/${A}`, { method: "PUT", params: { id: A }, body: {} })).status).toBe(401);
});

it.each([
	["an id that is none", "../x", { content: {}, step: "nodes" }],
	["a revision that is none", A, { content: {}, step: "nodes", revision: "'" }],
	["a save that does not say what it is based on", A, { content: {}, step: "nodes", basedOn: undefined }],
	["a step that is none", A, { content: {}, step: "start" }],
	["a policy that is none", A, { content: { policy: { maxUnavailable: 0 } }, step: "nodes" }],
])("refuses %s", async (_, id, body) => {
	expect(await code(await put(id, body))).toEqual({ status: 400, code: "http.invalid" });
});

it("keeps so many of one person, and goes on keeping those", async () => {
	for (let index = 0; index < MOST_DRAFTS; index++) await put(`draft000${index}`, { content: content(), step: "nodes" });
	expect(await code(await put(A, { content: content(), step: "nodes" }))).toEqual({ status: 409, code: "draft.too-many" });
	expect((await put("draft0000", { content: content({ reason: "more" }), step: "policy" })).status).toBe(200);
	await drop("draft0001");
	expect((await put(A, { content: content(), step: "nodes" })).status).toBe(200);
});

it("counts no draft whose plan is scheduled: nobody sees it among the drafts", async () => {
	const { db, drafts } = test.console;
	for (let index = 0; index < MOST_DRAFTS; index++) await put(`draft000${index}`, { content: content(), step: "nodes" });
	await plan("m1", "draft");
	await drafts.planned(me, "draft0000", "m1");
	expect(await code(await put(A, { content: content(), step: "nodes" }))).toEqual({ status: 409, code: "draft.too-many" });
	await db.migration.update({ where: { id: "m1" }, data: { state: "scheduled" } });
	expect((await put(A, { content: content(), step: "nodes" })).status).toBe(200);
	expect(await mine()).toHaveLength(MOST_DRAFTS);
});

it("takes its plan along when it is discarded, and no plan that was started", async () => {
	const { db, drafts } = test.console;
	await plan("m1", "draft");
	await plan("m2", "running");
	await put(A, { content: content(), step: "nodes" });
	await drafts.planned(me, A, "m1");
	expect(await view(A)).toMatchObject({ migrationId: "m1", migrationState: "draft" });
	expect((await drop(A)).status).toBe(200);
	expect(await db.migration.findMany({ select: { id: true } })).toEqual([{ id: "m2" }]);
	await put(B, { content: content(), step: "nodes" });
	await drafts.planned(me, B, "m2");
	expect((await drop(B)).status).toBe(200);
	expect(await db.migration.count()).toBe(1);
	const { events } = await test.console.audit.list();
	expect(events.map(({ action, outcome, values }) => [action, outcome, values])).toEqual([
		["draft.discard", "ok", {}],
		["draft.create", "ok", { direction: "migrate", count: 2 }],
		["draft.discard", "ok", { migration: "m1" }],
		["draft.create", "ok", { direction: "migrate", count: 2 }],
	]);
});

it("replaces the plan that was made of it before, unless that was started or scheduled meanwhile", async () => {
	const { db, drafts } = test.console;
	for (const [id, state] of [
		["m1", "draft"],
		["m2", "scheduled"],
		["m3", "draft"],
	] as const)
		await plan(id, state);
	await put(A, { content: content(), step: "preflight" });
	await drafts.planned(me, A, "m1");
	await drafts.planned(me, A, "m2");
	await drafts.planned(me, A, "m3");
	expect((await db.migration.findMany({ orderBy: { id: "asc" } })).map(({ id }) => id)).toEqual(["m2", "m3"]);
	await drafts.planned("other", A, "m2");
	expect((await view(A)).migrationId).toBe("m3");
});

it("leaves a plan that is scheduled at the very moment that its draft goes", async () => {
	const { db, hub, checks } = test.console;
	const schedule = (id: string) => db.migration.update({ where: { id }, data: { state: "scheduled" } });
	/** Schedules it between whatever was looked for and the statement that takes it away. */
	const late = db.$extends({
		query: {
			migration: {
				async delete({ args, query }) {
					await schedule(String(args.where?.id));
					return query(args);
				},
			},
		},
	}) as unknown as typeof db;
	const drafts = new Drafts({ db: late, hub, checks, now: () => new Date() });
	for (const id of ["m1", "m2"]) await plan(id, "draft");
	await put(A, { content: content(), step: "preflight" });
	await drafts.planned(me, A, "m1");
	await drafts.planned(me, A, "m2");
	const gone: unknown[] = [];
	await drafts.discard(me, A, (writes, what) => {
		gone.push(what.migrationId);
		return alone(late)(writes);
	});
	// Seen as it was, and once more as it is.
	expect(gone).toEqual(["m2", null]);
	expect(await db.migration.findMany({ select: { id: true, state: true }, orderBy: { id: "asc" } })).toEqual([
		{ id: "m1", state: "scheduled" },
		{ id: "m2", state: "scheduled" },
	]);
});

it("is over once its migration was started; a plan that somebody discards leaves it", async () => {
	const { db, drafts } = test.console;
	await plan("m1", "draft");
	await put(A, { content: content(), step: "preflight" });
	await drafts.planned(me, A, "m1");
	await db.migration.update({ where: { id: "m1" }, data: { state: "scheduled" } });
	expect(await mine()).toEqual([]);
	await db.migration.update({ where: { id: "m1" }, data: { state: "draft" } });
	expect(await mine()).toMatchObject([{ id: A, migrationId: "m1" }]);
	await db.migration.update({ where: { id: "m1" }, data: { state: "running" } });
	expect(await mine()).toEqual([]);
	expect(await db.migrationDraft.count()).toBe(0);
	await plan("m2", "draft");
	await put(B, { content: content(), step: "preflight" });
	await drafts.planned(me, B, "m2");
	await db.migration.delete({ where: { id: "m2" } });
	expect(await mine()).toMatchObject([{ id: B, migrationId: null }]);
});

it("tells in the list whether its nodes may go without the API", async () => {
	await put(A, { content: content({ withoutApi: true }), step: "policy" });
	expect(await mine()).toMatchObject([{ id: A, withoutApi: true }]);
	await put(A, { content: content({ withoutApi: false }), step: "policy" });
	expect(await mine()).toMatchObject([{ id: A, withoutApi: false }]);
});

it("tells how far preflight is, node by node, to whoever looks", async () => {
	const { checks, hub } = test.console;
	await put(A, { content: content(), step: "preflight" });
	const heard: StreamMessage[] = [];
	const leave = hub.subscribe((message) => void heard.push(message));
	const check = checks.begin(A, ["node1", "node2"]);
	check.tell("node1", "reading");
	expect((await view(A)).checking).toEqual({ node1: "reading", node2: "waiting" });
	const second = checks.begin(A, ["node2"]);
	check.end();
	expect((await view(A)).checking).toEqual({ node1: "reading", node2: "waiting" });
	second.end();
	leave();
	expect((await view(A)).checking).toBeNull();
	expect(heard.filter(({ type }) => type === "check")).toMatchObject([
		{ draftId: A, states: { node1: "waiting", node2: "waiting" } },
		{ states: { node1: "reading" } },
		{ states: { node1: "reading", node2: "waiting" } },
		{ states: null },
	]);
});
