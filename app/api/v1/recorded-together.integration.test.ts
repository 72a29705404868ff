import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { approvalDigest } from "@/lib/approval.ts";
import { policySchema } from "@/lib/contracts/plan.ts";
import { paceOf } from "@/lib/pace.ts";
import { currentSubject } from "@/server/engine/approvals.ts";
import { testPlan } from "@/server/engine/testing/migrations.ts";
import type { ClusterApi } from "@/server/kubernetes/cluster-api.ts";
import * as auth from "../auth/[...all]/route.ts";
import { ADMINISTRATOR, type TestConsole, testConsole } from "../testing/console.ts";
import * as archive from "./archives/[id]/route.ts";
import * as cluster from "./clusters/[id]/route.ts";
import * as clusters from "./clusters/route.ts";
import * as draft from "./drafts/[id]/route.ts";
import * as hostKey from "./host-keys/[id]/route.ts";
import { POST as act } from "./migrations/[id]/[action]/route.ts";
import { POST as plan } from "./migrations/route.ts";
import * as credential from "./nodes/[id]/credential/route.ts";
import * as node from "./nodes/[id]/route.ts";
import * as nodes from "./nodes/route.ts";
import * as reset from "./people/[id]/reset-password/route.ts";
import * as person from "./people/[id]/route.ts";
import * as people from "./people/route.ts";
import { POST as cancelRun } from "./runs/[id]/cancel/route.ts";
import { POST as keep } from "./runs/[id]/keep/route.ts";
import { POST as lookAgain } from "./runs/[id]/look-again/route.ts";
import { POST as uncordon } from "./runs/[id]/uncordon/route.ts";
import * as template from "./templates/[id]/route.ts";
import * as templates from "./templates/route.ts";

const RUN = { direction: "migrate", fromRuntime: "docker", toRuntime: "containerd", attempt: 1 };
const WHY = "its kubelet needs it";
const PLAN = JSON.parse(JSON.stringify(testPlan("run00001")));
// A failure that nobody takes for a constraint of the change's own.
const REFUSES_SUCCESS = `CREATE TRIGGER refuses_success BEFORE INSERT ON "AuditEvent" WHEN NEW.outcome = 'ok'
	BEGIN SELECT json('no line for a success'); END`;
let test: TestConsole;
let cookie: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	// Nothing of it is to be carried out here.
	await test.console.engine.stop();
	const { db, engine, connections, probes } = test.console;
	const nodes = ["n1", "n2", "n3"].map((id, index) => ({ id, name: `node${index + 1}`, address: `10.0.0.${index + 1}` }));
	await db.cluster.create({ data: { id: "c1", name: "legacy", nodes: { create: nodes } } });
	const credential = { id: "cr1", clusterId: "c1", user: "root", port: 22, authKind: "key", secret: "", privilege: "root" };
	await db.credential.create({ data: credential });
	const key = { port: 22, algorithm: "ssh-ed25519", keyBase64: "", sha256: "", acceptedBy: "person", userName: "ann" };
	await db.hostKey.createMany({ data: nodes.map(({ id, address }) => ({ id, address, ...key })) });
	// No node is read.
	vi.spyOn(probes, "read").mockRejectedValue(new Error("no node is read"));
	const planned = (id: string, nodeId: string, position: number) => ({ ...RUN, id, nodeId, nodeName: nodeId, position, state: "queued" });
	vi.spyOn(engine.planning, "again").mockImplementation(async (migrationId, run) => ({
		...planned("again", run.nodeId, run.position),
		migrationId,
		attempt: run.attempt + 1,
	}));
	vi.spyOn(engine.planning, "added").mockImplementation(async (migrationId, nodeId, position) => ({
		...planned("added", nodeId, position),
		migrationId,
	}));
	vi.spyOn(engine.planning, "anew").mockImplementation(async (_, { nodeId, position }) => ({
		row: planned("anew", nodeId, position),
		controlPlane: false,
	}));
	vi.spyOn(connections, "get").mockResolvedValue({ uncordon: async () => "uncordoned" } as unknown as ClusterApi);
});
afterAll(() => test.close());
beforeEach(async () => {
	const { db } = test.console;
	await db.migration.deleteMany();
	await db.auditEvent.deleteMany();
});

interface Given {
	state?: string;
	stateWhy?: object;
	policy?: object;
	runs?: object[];
	podGate?: object;
}

async function given({ state = "running", runs = [{}], podGate, ...more }: Given): Promise<void> {
	const base = { clusterId: "c1", direction: "migrate", reason: WHY, ticket: "", policy: {}, createdById: "u", createdBy: "ann" };
	const rows = runs.map((change, index) => ({
		...RUN,
		id: `r${index + 1}`,
		nodeId: `n${index + 1}`,
		nodeName: `node${index + 1}`,
		position: index,
		state: "prepared",
		plan: PLAN,
		...change,
	}));
	const gate = podGate ? { podGate: { create: podGate } } : {};
	await test.console.db.migration.create({ data: { ...base, id: "m1", state, ...more, ...gate, runs: { create: rows } } } as never);
}

/** All that a decision may change. */
async function everything(): Promise<string> {
	const { db } = test.console;
	return JSON.stringify([
		await db.migration.findMany(),
		await db.run.findMany({ orderBy: { id: "asc" } }),
		await db.runEvent.findMany(),
		await db.approval.findMany(),
		await db.podGate.findMany(),
		await db.cluster.findMany(),
		await db.node.findMany(),
		await db.credential.findMany(),
		await db.hostKey.findMany(),
		await db.template.findMany(),
		await db.crictlArchive.findMany(),
		await db.migrationDraft.findMany(),
		await db.user.findMany({ include: { accounts: true } }),
		await db.session.findMany(),
	]);
}

const pressed = (action: string, body: object = {}) =>
	test.call(act, `/api/v1/migrations/m1/${action}`, {
		cookie,
		method: "POST",
		params: { id: "m1", action },
		body: { reason: WHY, ...body },
	});
const pressedRun = (handler: typeof keep, body: object = {}) =>
	test.call(handler, "/api/v1/runs/r1", { cookie, method: "POST", params: { id: "r1" }, body: { reason: WHY, ...body } });
const digest = async () => approvalDigest(await currentSubject(test.console.db, "m1"));
const start = async () => ({ digest: await digest(), withoutApi: true });
const schedule = { startAt: new Date(Date.now() + 3_600_000).toISOString(), timeZone: "UTC" };
const pace = { ...paceOf(policySchema.parse({})), pauseS: 60 };
const queued = { state: "queued" };
const failed = { state: "failed" };
const held = { state: "verifying", hold: "held", holdSince: { bootId: "b", uptimeS: 1 } };
const FOR_PODS = { code: "migration.held-for-pods", values: { pods: "default/web", count: 1, run: "r1" } };
const GATE = { wave: "batch 1", current: [], previous: [], blocked: ["default/Deployment/web"], notedAt: new Date() };
const ALSO = "migration.without-api";

it.each<[action: string, Given | null, press: () => Promise<Response>, lines?: string[]]>([
	["migration.start", { state: "draft", runs: [queued] }, async () => pressed("start", await start()), [ALSO]],
	["migration.schedule", { state: "draft", runs: [queued] }, async () => pressed("schedule", { schedule, ...(await start()) }), [ALSO]],
	["migration.unschedule", { state: "scheduled" }, () => pressed("unschedule")],
	["migration.approve", { state: "paused" }, async () => pressed("approve", { digest: await digest(), reason: "looks good" })],
	["migration.pause", {}, () => pressed("pause")],
	["migration.resume", { state: "held", runs: [failed, {}] }, () => pressed("resume")],
	["migration.resume", { state: "held", stateWhy: FOR_PODS, podGate: GATE }, () => pressed("resume", { reason: "known" })],
	["migration.pace", {}, () => pressed("change-pace", { pace })],
	["migration.stop", {}, () => pressed("stop")],
	["migration.cancel", {}, () => pressed("cancel")],
	["migration.retry", { state: "done-with-failures", runs: [failed] }, () => pressed("retry-failed")],
	["migration.start-rest", { state: "cancelled", runs: [{ state: "not-started" }] }, () => pressed("start-not-started")],
	["migration.add-nodes", { state: "paused" }, () => pressed("add-nodes", { nodeIds: ["n2"] })],
	["migration.check-again", { state: "draft", runs: [queued] }, () => pressed("check-again")],
	["migration.leave-out", { state: "draft", runs: [queued, queued] }, () => pressed("leave-out", { nodeIds: ["n2"] })],
	["migration.delete", { state: "draft" }, () => pressed("discard")],
	["run.cancel", { runs: [queued] }, () => pressedRun(cancelRun)],
	["run.cancel", {}, () => pressedRun(cancelRun)],
	["run.keep", { runs: [held] }, () => pressedRun(keep, { reason: "its pods run" })],
	["run.look-again", { runs: [held] }, () => pressedRun(lookAgain)],
	["run.uncordon", { runs: [{ state: "failed", cordonedByUs: true }] }, () => pressedRun(uncordon)],
	[
		"migration.plan",
		null,
		() =>
			test.call(plan, "/api/v1/migrations", {
				cookie,
				method: "POST",
				body: { clusterId: "c1", direction: "migrate", reason: WHY, nodeIds: ["n1"], policy: {} },
			}),
	],
])("does not do what it cannot put on record: %s", async (action, before, press, lines) => {
	if (before) await given(before);
	await doneOnlyWithItsLine(action, press, lines);
});

interface Setting {
	/** Something to be changed or taken away, which nothing else here needs. */
	there?: (db: TestConsole["console"]["db"]) => Promise<unknown>;
	handler: Parameters<TestConsole["call"]>[0];
	method: "POST" | "PUT" | "PATCH" | "DELETE";
	id?: string;
	body?: object;
}

const KEY = { id: "k9", address: "10.0.0.9", port: 22, algorithm: "ssh-ed25519", keyBase64: "", sha256: "" };
const ARCHIVE = {
	id: "a9",
	architecture: "amd64",
	version: "1",
	fileName: "x",
	sizeBytes: 1,
	sha256: "",
	binarySha256: "",
	bytes: new Uint8Array(1),
};
const TEMPLATE = { name: "careful", description: "", direction: "migrate", reason: "", ticket: "" };
const CONTENT = { clusterId: "c1", direction: "migrate", nodeIds: ["n1"] };
const SIGN_IN = {
	user: "root",
	port: 22,
	auth: { kind: "password" as const, password: "secret" },
	privilege: { kind: "root" },
	jump: null,
};
const PERSON = {
	id: "u9",
	name: "Ben",
	email: "ben@example.com",
	emailVerified: true,
	accounts: { create: { id: "a9", accountId: "u9", providerId: "credential", password: "" } },
};

const SETTINGS: [action: string, Setting][] = [
	["cluster.create", { handler: clusters.POST, method: "POST", body: { name: "another", kubeconfig: null } }],
	["cluster.update", { handler: cluster.PATCH, method: "PATCH", id: "c1", body: { name: "renamed" } }],
	[
		"cluster.delete",
		{ there: (db) => db.cluster.create({ data: { id: "c9", name: "gone" } }), handler: cluster.DELETE, method: "DELETE", id: "c9" },
	],
	["node.create", { handler: nodes.POST, method: "POST", body: { clusterId: "c1", name: "node8", address: "10.0.0.8", port: null } }],
	["node.update", { handler: node.PATCH, method: "PATCH", id: "n1", body: { address: "10.0.1.1", port: 2222 } }],
	[
		"node.delete",
		{
			there: (db) => db.node.create({ data: { id: "n9", clusterId: "c1", name: "node9", address: "10.0.0.9", manual: true } }),
			handler: node.DELETE,
			method: "DELETE",
			id: "n9",
		},
	],
	["credential.set", { handler: credential.PUT, method: "PUT", id: "n1", body: SIGN_IN }],
	[
		"credential.remove",
		{
			there: () => test.console.credentials.set({ nodeId: "n1" }, { ...SIGN_IN, privilege: "root" }),
			handler: credential.DELETE,
			method: "DELETE",
			id: "n1",
		},
	],
	[
		"host-key.remove",
		{
			there: (db) => db.hostKey.create({ data: { ...KEY, acceptedBy: "person", userName: "ann" } }),
			handler: hostKey.DELETE,
			method: "DELETE",
			id: "k9",
		},
	],
	[
		"archive.delete",
		{
			there: (db) => db.crictlArchive.create({ data: { ...ARCHIVE, uploadedBy: "ann" } }),
			handler: archive.DELETE,
			method: "DELETE",
			id: "a9",
		},
	],
	["template.create", { handler: templates.POST, method: "POST", body: { ...TEMPLATE, policy: {} } }],
	[
		"template.rename",
		{
			there: (db) => db.template.create({ data: { ...TEMPLATE, id: "t8", name: "before", policy: {}, createdBy: "ann" } }),
			handler: template.PATCH,
			method: "PATCH",
			id: "t8",
			body: { name: "afterwards" },
		},
	],
	[
		"template.delete",
		{
			there: (db) => db.template.create({ data: { ...TEMPLATE, id: "t9", name: "old", policy: {}, createdBy: "ann" } }),
			handler: template.DELETE,
			method: "DELETE",
			id: "t9",
		},
	],
	[
		"draft.create",
		{
			handler: draft.PUT,
			method: "PUT",
			id: "draftthatisnew0",
			body: { content: CONTENT, step: "nodes", revision: "aaaaaaa1", basedOn: null },
		},
	],
	[
		"draft.discard",
		{
			async there(db) {
				await given({ state: "draft", runs: [queued] });
				const { id: userId } = await db.user.findFirstOrThrow();
				const kept = { content: CONTENT, step: "nodes", migrationId: "m1", updatedAt: new Date() };
				await db.migrationDraft.create({ data: { ...kept, id: "draftwithaplan0", userId } });
			},
			handler: draft.DELETE,
			method: "DELETE",
			id: "draftwithaplan0",
		},
	],
	["user.add", { handler: people.POST, method: "POST", body: { name: "Cai", email: "cai@example.com" } }],
	["user.password-reset", { there: (db) => db.user.create({ data: PERSON }), handler: reset.POST, method: "POST", id: "u9" }],
	["user.remove", { handler: person.DELETE, method: "DELETE", id: "u9" }],
];

const carriedOut = ({ handler, method, id, body }: Setting) =>
	test.call(handler, `/api/v1/${id ?? ""}`, { cookie, method, ...(id ? { params: { id } } : {}), ...(body ? { body } : {}) });

it.each(SETTINGS)("does not change what it cannot put on record: %s", async (action, setting) => {
	await setting.there?.(test.console.db);
	await doneOnlyWithItsLine(action, () => carriedOut(setting));
});

it.each([
	["cluster.delete", [200, 404]],
	["node.delete", [200, 404]],
	["host-key.remove", [200, 404]],
	["archive.delete", [200, 404]],
	["template.delete", [200, 404]],
	["draft.discard", [200, 404]],
	// It is gone, as both asked for.
	["credential.remove", [200, 200]],
] as const)("puts on record once what two take away in the same moment: %s", async (action, answers) => {
	const { db, audit } = test.console;
	const setting = new Map(SETTINGS).get(action);
	if (!setting) throw new Error(`nothing is known of ${action}`);
	await setting.there?.(db);
	const commit = audit.commit.bind(audit);
	const waiting: (() => void)[] = [];
	// Neither writes before the other has seen what there is.
	const held = vi.spyOn(audit, "commit").mockImplementation(async (...given) => {
		await new Promise<void>((resolve) => {
			waiting.push(resolve);
			if (waiting.length === 2) for (const goOn of waiting) goOn();
		});
		return commit(...given);
	});
	try {
		const told = await Promise.all([carriedOut(setting), carriedOut(setting)]);
		expect(told.map(({ status }) => status).sort()).toEqual(answers);
	} finally {
		held.mockRestore();
	}
	expect((await audit.list({ outcome: "ok" })).events.map((event) => event.action)).toEqual([action]);
});

it("puts on record once that two let pods come back in the same moment, and tells the other that the cordon is gone", async () => {
	await given({ runs: [{ state: "failed", cordonedByUs: true }] });
	const told = await Promise.all([pressedRun(uncordon), pressedRun(uncordon)]);
	expect(told.map(({ status }) => status).sort()).toEqual([200, 409]);
	const { events } = await test.console.audit.list({ action: "run.uncordon" });
	expect(events.map(({ outcome }) => outcome).sort()).toEqual(["ok", "run.not-cordoned"]);
});

it("puts nothing on record where there is no credential to take away", async () => {
	const response = await test.call(credential.DELETE, "/api/v1/nodes/n3/credential", { cookie, method: "DELETE", params: { id: "n3" } });
	expect(response.status).toBe(200);
	expect((await test.console.audit.list()).events).toEqual([]);
});

describe("the library of the sign-in", () => {
	const PASSWORD = "another correct horse";
	let visitors = 0;
	const post = (path: string, body: object, from?: string) =>
		test.call(auth.POST, `/api/auth/${path}`, {
			method: "POST",
			body,
			...(from ? { cookie: from } : {}),
			headers: { "x-forwarded-for": `198.51.100.${++visitors}` },
		});
	const change = { currentPassword: ADMINISTRATOR.password, newPassword: PASSWORD, revokeOtherSessions: true };

	it.each<[string, (from: string) => Promise<Response>, string[]]>([
		["sign-in", () => post("sign-in/email", ADMINISTRATOR), ["session.sign-in"]],
		["sign-out", (from) => post("sign-out", {}, from), ["session.sign-out"]],
		["end of the other sessions", (from) => post("revoke-other-sessions", {}, from), ["session.end-others"]],
		["change of a password", (from) => post("change-password", change, from), ["user.password-change", "session.end-others"]],
	])("writes nothing without its line: %s", async (_, press, lines) => {
		const { db, audit } = test.console;
		const froms = [await test.signIn(), await test.signIn(), await test.signIn()];
		const accounts = await db.account.findMany();
		await db.auditEvent.deleteMany();
		const was = await everything();
		await db.$executeRawUnsafe(REFUSES_SUCCESS);
		try {
			const told = await press(froms[0] ?? "").catch(() => null);
			expect(told?.ok ?? false).toBe(false);
		} finally {
			await db.$executeRawUnsafe("DROP TRIGGER refuses_success");
		}
		expect(await everything()).toBe(was);
		expect((await audit.list({ outcome: "ok" })).events).toEqual([]);

		try {
			expect((await press(froms[0] ?? "")).status).toBe(200);
			expect(await everything()).not.toBe(was);
			expect((await audit.list({ outcome: "ok" })).events.map(({ action }) => action)).toEqual(lines);
		} finally {
			for (const { id, password } of accounts) await db.account.update({ where: { id }, data: { password } });
			cookie = await test.signIn();
		}
	});
});

async function doneOnlyWithItsLine(action: string, press: () => Promise<Response>, lines: readonly string[] = []): Promise<void> {
	const { db, audit } = test.console;
	const was = await everything();
	await db.$executeRawUnsafe(REFUSES_SUCCESS);
	try {
		expect((await press()).status).toBe(500);
	} finally {
		await db.$executeRawUnsafe("DROP TRIGGER refuses_success");
	}
	expect(await everything()).toBe(was);
	const said = async () => (await audit.list()).events.map((event) => `${event.action} ${event.outcome}`);
	expect(await said()).toEqual([`${action} http.unexpected`]);

	expect((await press()).status).toBe(200);
	expect(await everything()).not.toBe(was);
	expect(await said()).toEqual([`${action} ok`, ...lines.map((line) => `${line} ok`), `${action} http.unexpected`]);
}

it("does nothing while another process holds the database, and says so", async () => {
	const { db, audit } = test.console;
	await given({});
	const was = await everything();
	const other = new SQLite(join(test.folder, "gantry.db"));
	other.exec("BEGIN IMMEDIATE");
	try {
		expect((await pressed("pause")).status).toBe(500);
	} finally {
		other.exec("ROLLBACK");
		other.close();
	}
	expect(await everything()).toBe(was);
	expect((await audit.list({ outcome: "ok" })).events).toEqual([]);
	expect((await pressed("pause")).status).toBe(200);
	expect((await audit.list({ outcome: "ok" })).events).toMatchObject([{ action: "migration.pause" }]);
	expect((await db.migration.findUniqueOrThrow({ where: { id: "m1" } })).state).toBe("paused");
});
