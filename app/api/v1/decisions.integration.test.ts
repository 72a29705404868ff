import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { migrationDetailSchema } from "@/lib/contracts/api.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { POST as act } from "./migrations/[id]/[action]/route.ts";
import { GET as read } from "./migrations/[id]/route.ts";
import { POST as cancel } from "./runs/[id]/cancel/route.ts";

let test: TestConsole;
let cookie: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	await test.console.db.cluster.create({
		data: { id: "c1", name: "legacy", nodes: { create: { id: "n1", name: "node1", address: "10.0.0.1" } } },
	});
	// Nothing of it is to be carried out here.
	await test.console.engine.stop();
});
afterAll(() => test.close());
beforeEach(async () => {
	const { db } = test.console;
	await db.migration.deleteMany();
	await db.auditEvent.deleteMany();
});

async function given(policy: object, state = "running"): Promise<void> {
	const base = { clusterId: "c1", direction: "migrate", reason: "", ticket: "CHG-7", createdById: "u", createdBy: "ann" };
	const run = {
		id: "r1",
		nodeId: "n1",
		nodeName: "node1",
		direction: "migrate",
		position: 0,
		state: "prepared",
		fromRuntime: "docker",
		toRuntime: "containerd",
	};
	await test.console.db.migration.create({ data: { ...base, id: "m1", state, policy, runs: { create: run } } });
}

async function press(action: string, body: object = {}): Promise<{ status: number; code?: string }> {
	const response = await test.call(act, `/api/v1/migrations/m1/${action}`, { cookie, method: "POST", params: { id: "m1", action }, body });
	const { code } = (await response.json()) as { code?: string };
	return { status: response.status, ...(code ? { code } : {}) };
}

async function decisions() {
	const response = await test.call(read, "/api/v1/migrations/m1", { cookie, params: { id: "m1" } });
	return migrationDetailSchema.parse(await response.json()).decisions;
}

it("pauses without a word, and takes the reason afterwards: once, and from who paused it", async () => {
	await given({ ticketNeeded: true });
	expect(await press("pause")).toEqual({ status: 200 });
	const [paused] = await decisions();
	expect(paused).toMatchObject({ action: "migration.pause", by: "admin@gantry.local", mine: true, node: null, reason: "" });
	expect(await press("explain", { decision: paused?.id })).toEqual({ status: 422, code: "migration.why-needed" });
	expect(await press("explain", { decision: (paused?.id ?? 0) + 100, reason: "x" })).toEqual({
		status: 409,
		code: "migration.not-your-decision",
	});
	expect(await press("explain", { decision: paused?.id, reason: "the switch is down" })).toEqual({ status: 200 });
	expect(await decisions()).toMatchObject([{ id: paused?.id, reason: "the switch is down" }]);
	expect(await press("explain", { decision: paused?.id, reason: "another" })).toEqual({ status: 409, code: "migration.explained-already" });
	const { events } = await test.console.audit.list({ action: "migration.explain", outcome: "ok" });
	expect(events).toMatchObject([{ values: { decision: paused?.id, of: "migration.pause", reason: "the switch is down" } }]);

	await test.console.db.auditEvent.updateMany({ data: { actorId: "somebody-else" } });
	await test.console.db.auditEvent.deleteMany({ where: { action: "migration.explain" } });
	expect(await press("explain", { decision: paused?.id, reason: "x" })).toEqual({ status: 409, code: "migration.not-your-decision" });
});

it("asks for a reason where the policy asks for tickets, and keeps the migration's ticket or another", async () => {
	await given({ ticketNeeded: true }, "paused");
	expect(await press("resume")).toEqual({ status: 422, code: "migration.why-needed" });
	expect(await press("resume", { reason: "  " })).toEqual({ status: 422, code: "migration.why-needed" });
	expect((await test.console.db.migration.findUniqueOrThrow({ where: { id: "m1" } })).state).toBe("paused");
	expect(await decisions()).toEqual([]);
	expect(await press("resume", { reason: "it is up again" })).toEqual({ status: 200 });
	expect(await press("stop", { reason: "enough", ticket: "CHG-8" })).toEqual({ status: 200 });
	expect(await press("cancel")).toEqual({ status: 200 });
	expect(await decisions()).toMatchObject([
		{ action: "migration.cancel", reason: "" },
		{ action: "migration.stop", reason: "enough", ticket: "CHG-8" },
		{ action: "migration.resume", reason: "it is up again", ticket: "CHG-7" },
	]);
});

it("asks for nothing where the policy does not, and keeps what is said about one node with its events", async () => {
	await given({});
	expect(await press("pause", { reason: "lunch" })).toEqual({ status: 200 });
	expect(await press("resume")).toEqual({ status: 200 });
	const body = { reason: "its disk is to be changed" };
	const response = await test.call(cancel, "/api/v1/runs/r1/cancel", { cookie, method: "POST", params: { id: "r1" }, body });
	expect(response.status).toBe(200);
	expect(await decisions()).toMatchObject([
		{ action: "run.cancel", node: "node1", reason: "its disk is to be changed", mine: true },
		{ action: "migration.resume", node: null, reason: "" },
		{ action: "migration.pause", reason: "lunch" },
	]);
	const events = await test.console.db.runEvent.findMany({ where: { runId: "r1", code: "run.cancel-requested" } });
	expect(events).toMatchObject([{ actor: "admin@gantry.local", values: { why: "its disk is to be changed" } }]);
});
