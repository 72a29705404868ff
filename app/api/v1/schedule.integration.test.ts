import { afterAll, beforeAll, expect, it } from "vitest";
import { approvalDigest } from "@/lib/approval.ts";
import { currentSubject } from "@/server/engine/approvals.ts";
import { testPlan } from "@/server/engine/testing/migrations.ts";
import { ADMINISTRATOR, type TestConsole, testConsole } from "../testing/console.ts";
import { GET as audit } from "./audit/route.ts";
import { POST as act } from "./migrations/[id]/[action]/route.ts";
import { GET as read } from "./migrations/[id]/route.ts";
import { GET as readNode } from "./nodes/[id]/route.ts";
import { GET as listRuns } from "./runs/route.ts";

const MINUTE = 60_000;
let test: TestConsole;
let cookie: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const { db } = test.console;
	const node = { id: "n1", name: "cp1", address: "10.0.0.1" };
	const credential = { id: "cr1", user: "root", port: 22, authKind: "key", secret: "", privilege: "root" };
	await db.cluster.create({ data: { id: "c1", name: "legacy", nodes: { create: node }, credentials: { create: credential } } });
	const key = { algorithm: "ssh-ed25519", keyBase64: "", sha256: "", acceptedBy: "person", userName: "ann" };
	await db.hostKey.create({ data: { id: "k1", address: "10.0.0.1", port: 22, ...key } });
	const plan = testPlan("run00001", { nodeName: "cp1", controlPlane: true });
	await db.migration.create({
		data: {
			id: "m1",
			clusterId: "c1",
			direction: "migrate",
			state: "draft",
			policy: {},
			reason: "end of life",
			ticket: "OPS-1",
			createdById: "u",
			createdBy: "ann",
			runs: {
				create: {
					id: "run00001",
					nodeId: "n1",
					nodeName: "cp1",
					direction: "migrate",
					position: 0,
					state: "queued",
					fromRuntime: plan.runtimeFrom,
					toRuntime: plan.runtimeTo,
					plan: JSON.parse(JSON.stringify(plan)),
				},
			},
		},
	});
});
afterAll(() => test.close());

/** Of what the review shows now. */
const digest = async () => approvalDigest(await currentSubject(test.console.db, "m1"));

const at = (ms: number, timeZone = "Europe/Berlin") => ({ startAt: new Date(Date.now() + ms).toISOString(), timeZone });
const ask = (action: string, body: object = {}) =>
	test.call(act, `/api/v1/migrations/m1/${action}`, { method: "POST", cookie, body, params: { id: "m1", action } });
const migration = async () => (await (await test.call(read, "/api/v1/migrations/m1", { cookie, params: { id: "m1" } })).json()).migration;

it.each([
	["no time", {}, 422, "migration.schedule-needed"],
	["a past time", { schedule: at(-MINUTE) }, 422, "migration.schedule-past"],
	["a time that is 91 days ahead", { schedule: at(91 * 24 * 60 * MINUTE) }, 422, "migration.schedule-too-far"],
	["a zone that is none", { schedule: at(MINUTE, "Mars/North") }, 400, "http.invalid"],
	["a time that is none", { schedule: { startAt: "tomorrow", timeZone: "UTC" } }, 400, "http.invalid"],
	["no word for the missing API", { schedule: at(MINUTE), confirm: "legacy" }, 409, "migration.without-api-needed"],
	[
		"a plan that was not seen",
		{ schedule: at(MINUTE), confirm: "legacy", withoutApi: true, digest: "0".repeat(64) },
		409,
		"migration.changed-since",
	],
	["a plan that nobody says was seen", { schedule: at(MINUTE), confirm: "legacy", withoutApi: true }, 409, "migration.changed-since"],
	["no name for the control plane", { schedule: at(MINUTE), withoutApi: true }, 409, "migration.confirm-needed"],
])("refuses %s, as a start would be", async (_, body, status, code) => {
	const response = await ask("schedule", body);
	expect(response.status).toBe(status);
	expect(await response.json()).toMatchObject({ code });
	expect(await migration()).toMatchObject({ state: "draft", schedule: null });
});

it("schedules, shows for when and by whom, and takes back; all of it is on record", async () => {
	const schedule = at(60 * MINUTE);
	expect((await ask("schedule", { schedule, confirm: "legacy", withoutApi: true, digest: await digest() })).status).toBe(200);
	expect(await migration()).toMatchObject({ state: "scheduled", schedule: { ...schedule, by: ADMINISTRATOR.email }, startedAt: null });
	expect((await ask("schedule", { schedule, confirm: "legacy", withoutApi: true, digest: await digest() })).status).toBe(409);
	const node = await (await test.call(readNode, "/api/v1/nodes/n1", { cookie, params: { id: "n1" } })).json();
	expect(node).toMatchObject({ node: { activeRunId: null }, runs: [] });
	expect(await (await test.call(listRuns, "/api/v1/runs", { cookie })).json()).toMatchObject({ total: 0 });
	expect((await ask("unschedule", { reason: "another night" })).status).toBe(200);
	expect(await migration()).toMatchObject({ state: "draft", schedule: null });
	expect((await ask("unschedule")).status).toBe(409);

	const { events } = await (await test.call(audit, "/api/v1/audit", { cookie })).json();
	const told = (events as { action: string; outcome: string; values: object }[]).filter(({ outcome }) => outcome === "ok");
	expect(told.slice(0, 3)).toMatchObject([
		{ action: "migration.unschedule", values: { reason: "another night" } },
		{
			action: "migration.schedule",
			values: { startAt: schedule.startAt, direction: "migrate", count: 1, reason: "end of life", ticket: "OPS-1", withoutApi: "yes" },
		},
		{ action: "migration.without-api", values: { names: "cp1" } },
	]);
});

it("is discarded with its schedule", async () => {
	expect((await ask("schedule", { schedule: at(60 * MINUTE), confirm: "legacy", withoutApi: true, digest: await digest() })).status).toBe(
		200,
	);
	expect((await ask("discard")).status).toBe(200);
	expect(await test.console.db.migration.count()).toBe(0);
});
