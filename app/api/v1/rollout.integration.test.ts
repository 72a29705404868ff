import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { approvalDigest } from "@/lib/approval.ts";
import { policySchema } from "@/lib/contracts/plan.ts";
import { paceOf } from "@/lib/pace.ts";
import { currentSubject } from "@/server/engine/approvals.ts";
import { testPlan } from "@/server/engine/testing/migrations.ts";
import { soundFacts } from "@/server/preflight/fixtures/node.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { POST as act } from "./migrations/[id]/[action]/route.ts";

const run = { direction: "migrate", fromRuntime: "", toRuntime: "" };
let test: TestConsole;
let cookie: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	await test.console.db.cluster.create({
		data: { id: "c1", name: "legacy", nodes: { create: { id: "n1", name: "node1", address: "10.0.0.1" } } },
	});
});
afterAll(() => test.close());
beforeEach(async () => {
	const { db } = test.console;
	await db.migration.deleteMany();
	await db.auditEvent.deleteMany();
	const base = { clusterId: "c1", direction: "migrate", reason: "end of life", ticket: "CHG-7", createdById: "u", createdBy: "ann" };
	await db.migration.create({ data: { ...base, id: "m1", state: "paused", policy: { approval: { needed: true } } } });
	// Without one that waits, the engine ends the migration at its next look.
	await db.run.create({ data: { ...run, id: "run-n1", migrationId: "m1", nodeId: "n1", nodeName: "node1", position: 0, state: "queued" } });
});

const PROBED = "server/probe/fixtures/bookworm-dockershim.txt";
const pace = paceOf(policySchema.parse({}));
async function press(action: string, body: object): Promise<{ status: number; code?: string }> {
	const response = await test.call(act, `/api/v1/migrations/m1/${action}`, { cookie, method: "POST", params: { id: "m1", action }, body });
	const answer = (await response.json()) as { code?: string };
	return { status: response.status, code: answer.code };
}
const recorded = async () => (await test.console.audit.list()).events.map(({ action, outcome, values }) => ({ action, outcome, values }));

it("changes the pace and records what was changed and why", async () => {
	expect(await press("change-pace", { pace: { ...pace, pauseS: 60 }, reason: "quiet hours" })).toMatchObject({ status: 200 });
	expect((await test.console.audit.list()).events).toMatchObject([
		{
			action: "migration.pace",
			outcome: "ok",
			values: { reason: "quiet hours" },
			changes: [{ field: "pauseS", before: "0", after: "60" }],
		},
	]);
	const { policy } = await test.console.db.migration.findUniqueOrThrow({ where: { id: "m1" } });
	expect(policy).toMatchObject({ rollout: { pauseS: 60 } });
});

it.each([
	["a change that nobody explains", { pace }, 422, "migration.why-needed"],
	["no pace at all", { reason: "slower" }, 422, "migration.pace-needed"],
	["a share of nothing", { pace: { ...pace, maxUnavailable: "0%" } }, 400, "http.invalid"],
	["hours of no zone", { pace: { ...pace, window: { from: "22:00", to: "04:00", timeZone: "Mars/Base" } } }, 400, "http.invalid"],
	["the pace that it has", { pace, reason: "slower" }, 409, "migration.nothing-to-do"],
])("refuses %s", async (_, body, status, code) => {
	expect(await press("change-pace", body)).toEqual({ status, code });
});

it("approves what was seen, with a reason and the ticket on record; refuses anything else", async () => {
	expect(await press("approve", { digest: "0".repeat(64), reason: "looks good" })).toEqual({
		status: 409,
		code: "migration.changed-since",
	});
	expect(await recorded()).toMatchObject([
		{ action: "migration.approve", outcome: "migration.changed-since", values: { reason: "looks good" } },
	]);
	expect(await press("resume", { reason: "looks good" })).toEqual({ status: 409, code: "migration.approval-needed" });
});

it("checks again and leaves out only nodes of a plan that nobody has started, and records it", async () => {
	expect(await press("leave-out", {})).toEqual({ status: 422, code: "migration.nodes-needed" });
	expect(await press("leave-out", { nodeIds: ["n1"] })).toEqual({ status: 409, code: "migration.wrong-state" });
	expect(await press("check-again", {})).toEqual({ status: 409, code: "migration.wrong-state" });
	expect(await press("check-again", { draftId: "somebodyelses" })).toEqual({ status: 404, code: "inventory.not-found" });
	const { db } = test.console;
	await db.node.create({ data: { id: "n2", clusterId: "c1", name: "node2", address: "10.0.0.2" } });
	const second = { ...run, id: "run-n2", nodeId: "n2", nodeName: "node2", position: 1 };
	await db.migration.update({ where: { id: "m1" }, data: { state: "draft", runs: { create: { ...second, state: "skipped" } } } });
	await db.run.updateMany({ data: { state: "skipped" } });
	await db.auditEvent.deleteMany();
	expect(await press("leave-out", { nodeIds: ["n2"] })).toMatchObject({ status: 200 });
	// No credential: the node is not reached, and its new plan says so.
	expect(await press("check-again", {})).toMatchObject({ status: 200 });
	expect(await db.run.findMany({ select: { nodeId: true, state: true, result: true } })).toMatchObject([
		{ nodeId: "n1", state: "skipped", result: { code: "inventory.no-credential" } },
	]);
	expect(await recorded()).toEqual([
		{ action: "migration.check-again", outcome: "ok", values: { count: 1, names: "node1" } },
		{ action: "migration.leave-out", outcome: "ok", values: { count: 1, names: "node2" } },
	]);
});

it("starts and schedules no plan that has no reason, or that was checked again since it was seen", async () => {
	const { db, audit, probes } = test.console;
	const credential = { id: "cr1", clusterId: "c1", user: "root", port: 22, authKind: "key", secret: "", privilege: "root" };
	await db.credential.create({ data: credential });
	const key = { algorithm: "ssh-ed25519", keyBase64: "", sha256: "", acceptedBy: "person", userName: "ann" };
	await db.hostKey.create({ data: { id: "k1", address: "10.0.0.1", port: 22, ...key } });
	const plan = JSON.parse(JSON.stringify(testPlan("run00001", { nodeName: "node1" })));
	const run = { direction: "migrate", state: "queued", fromRuntime: "", toRuntime: "", nodeId: "n1", nodeName: "node1", position: 0 };
	const runs = { deleteMany: {}, create: { ...run, id: "run00001", plan } };
	await db.migration.update({ where: { id: "m1" }, data: { state: "draft", policy: { installCrictl: false }, runs } });
	const shown = async () => approvalDigest(await currentSubject(db, "m1"));
	const seen = await shown();

	const read = vi.spyOn(probes, "read").mockImplementation(async () => soundFacts(readFileSync(PROBED, "utf8")));
	expect(await press("check-again", { withoutApi: true })).toMatchObject({ status: 200 });
	read.mockRestore();
	expect(await db.run.findMany({ select: { state: true, withoutApi: true } })).toEqual([{ state: "queued", withoutApi: true }]);
	const schedule = { startAt: new Date(Date.now() + 3_600_000).toISOString(), timeZone: "UTC" };
	const word = { withoutApi: true };
	await db.migration.update({ where: { id: "m1" }, data: { reason: "" } });
	for (const action of ["start", "schedule"])
		expect(await press(action, { ...word, schedule, digest: await shown() }), action).toEqual({
			status: 422,
			code: "migration.plan-reason-needed",
		});
	await db.migration.update({ where: { id: "m1" }, data: { reason: "end of life" } });
	for (const action of ["start", "schedule"])
		for (const body of [{ digest: seen }, {}])
			expect(await press(action, { ...word, schedule, ...body }), action).toEqual({ status: 409, code: "migration.changed-since" });
	expect(await db.migration.findUniqueOrThrow({ where: { id: "m1" } })).toMatchObject({ state: "draft", startAt: null });
	expect((await audit.list()).events.filter(({ outcome }) => outcome === "migration.changed-since")).toHaveLength(4);
	expect(await press("schedule", { ...word, schedule, digest: await shown() })).toMatchObject({ status: 200 });
});

it("adds only nodes that were named", async () => {
	expect(await press("add-nodes", { reason: "one more" })).toEqual({ status: 422, code: "migration.nodes-needed" });
	expect(await press("add-nodes", { nodeIds: ["stranger"], reason: "one more" })).toEqual({ status: 409, code: "migration.nothing-to-do" });
});
