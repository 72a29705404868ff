import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { approvalDigest } from "@/lib/approval.ts";
import { migrationDetailSchema } from "@/lib/contracts/migration.ts";
import { policySchema } from "@/lib/contracts/plan.ts";
import { approvalViews, currentSubject } from "@/server/engine/approvals.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { POST as act } from "./migrations/[id]/[action]/route.ts";
import { GET as read } from "./migrations/[id]/route.ts";
import { POST as adopt } from "./nodes/[id]/left-runs/route.ts";
import { POST as cancel } from "./runs/[id]/cancel/route.ts";
import { POST as keep } from "./runs/[id]/keep/route.ts";
import { POST as lookAgain } from "./runs/[id]/look-again/route.ts";

const RUN = { direction: "migrate", fromRuntime: "docker", toRuntime: "containerd" };
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
	const run = { ...RUN, id: "r1", nodeId: "n1", nodeName: "node1", position: 0, state: "prepared" };
	await test.console.db.migration.create({ data: { ...base, id: "m1", state, policy, runs: { create: run } } });
}

async function press(action: string, body: object = {}): Promise<{ status: number; code?: string }> {
	const response = await test.call(act, `/api/v1/migrations/m1/${action}`, { cookie, method: "POST", params: { id: "m1", action }, body });
	const { code } = (await response.json()) as { code?: string };
	return { status: response.status, ...(code ? { code } : {}) };
}

async function pressRun(action: typeof cancel, body: object): Promise<{ status: number; code?: string }> {
	const response = await test.call(action, "/api/v1/runs/r1", { cookie, method: "POST", params: { id: "r1" }, body });
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

it("takes a schedule back without a word, and the reason afterwards", async () => {
	await given({ ticketNeeded: true }, "scheduled");
	await test.console.db.migration.update({ where: { id: "m1" }, data: { ticket: "" } });
	expect(await press("unschedule")).toEqual({ status: 200 });
	expect((await test.console.db.migration.findUniqueOrThrow({ where: { id: "m1" } })).state).toBe("draft");
	const [takenBack] = await decisions();
	expect(takenBack).toMatchObject({ action: "migration.unschedule", by: "admin@gantry.local", mine: true, reason: "", ticket: "" });
	expect(await press("explain", { decision: takenBack?.id, reason: "another night" })).toEqual({ status: 200 });
	expect(await decisions()).toMatchObject([{ id: takenBack?.id, reason: "another night" }]);
});

it("refuses a decision without a reason, and where the policy asks for tickets keeps the migration's or another", async () => {
	await given({ ticketNeeded: true }, "paused");
	expect(await press("resume")).toEqual({ status: 422, code: "migration.why-needed" });
	expect(await press("resume", { reason: "  " })).toEqual({ status: 422, code: "migration.why-needed" });
	expect((await test.console.db.migration.findUniqueOrThrow({ where: { id: "m1" } })).state).toBe("paused");
	expect(await decisions()).toEqual([]);
	expect(await press("resume", { reason: "it is up again" })).toEqual({ status: 200 });
	expect(await press("stop", { reason: "enough", ticket: "CHG-8" })).toEqual({ status: 200 });
	expect(await press("cancel", { ticket: "CHG-9" })).toEqual({ status: 200 });
	expect(await decisions()).toMatchObject([
		{ action: "migration.cancel", reason: "", ticket: "CHG-9" },
		{ action: "migration.stop", reason: "enough", ticket: "CHG-8" },
		{ action: "migration.resume", reason: "it is up again", ticket: "CHG-7" },
	]);
});

it("goes on over the failures that the page has shown; a client that names none accepts what there is", async () => {
	await given({}, "held");
	await test.console.db.run.updateMany({ data: { state: "failed" } });
	const reason = "they are known";
	expect(await press("resume", { reason, seen: [] })).toEqual({ status: 409, code: "migration.changed-since" });
	expect(await press("resume", { reason, seen: ["r1"] })).toEqual({ status: 200 });
	await test.console.db.migration.updateMany({ data: { state: "held" } });
	await test.console.db.run.updateMany({ data: { failureSeenAt: null } });
	expect(await press("resume", { reason })).toEqual({ status: 200 });
});

it("takes the answer to a question only of what was seen, and has it on record as an approval", async () => {
	const { db } = test.console;
	await given({ ticketNeeded: true, rollout: { canary: { nodes: 1, ask: true } } }, "paused");
	await db.migration.updateMany({ data: { stateWhy: { code: "migration.canary-ended", values: {} } } });
	const word = { reason: "their pods run", ticket: "CHG-8" };
	const digest = approvalDigest(await currentSubject(db, "m1"));
	for (const seen of [{}, { gate: "canary" }, { gate: "control-plane", digest }, { digest }])
		expect(await press("resume", { ...word, ...seen })).toEqual({ status: 409, code: "migration.changed-since" });
	expect(await press("resume", { ...word, gate: "canary", digest })).toEqual({ status: 200 });
	expect(await approvalViews(db, "m1")).toMatchObject([{ by: "admin@gantry.local", reason: word.reason, ticket: word.ticket, digest }]);
	const { events } = await test.console.audit.list({ action: "migration.resume", outcome: "ok" });
	expect(events).toMatchObject([{ values: { gate: "canary", digest, ...word } }]);
});

it("asks for no ticket where the policy does not, and keeps what is said about one node with its events", async () => {
	await given({});
	expect(await press("pause", { reason: "lunch" })).toEqual({ status: 200 });
	for (const action of ["resume", "stop", "change-pace", "retry-failed", "start-not-started", "add-nodes"])
		expect(await press(action), action).toEqual({ status: 422, code: "migration.why-needed" });
	expect(await press("resume", { reason: "lunch is over" })).toEqual({ status: 200 });
	const body = { reason: "its disk is to be changed" };
	const response = await test.call(cancel, "/api/v1/runs/r1/cancel", { cookie, method: "POST", params: { id: "r1" }, body });
	expect(response.status).toBe(200);
	expect(await decisions()).toMatchObject([
		{ action: "run.cancel", node: "node1", reason: "its disk is to be changed", mine: true },
		{ action: "migration.resume", node: null, reason: "lunch is over", ticket: "" },
		{ action: "migration.pause", reason: "lunch" },
	]);
	const events = await test.console.db.runEvent.findMany({ where: { runId: "r1", code: "run.cancel-requested" } });
	expect(events).toMatchObject([{ actor: "admin@gantry.local", values: { why: "its disk is to be changed" } }]);
});

it("asks why a held node is looked at again or kept, and by which ticket where the policy does, and never why one is cancelled", async () => {
	const { db } = test.console;
	const hold = () =>
		db.run.update({
			where: { id: "r1" },
			data: { state: "verifying", hold: "held", holdSince: { bootId: "b", uptimeS: 1 }, holdAnswer: null },
		});
	await given({ ticketNeeded: true });
	await hold();
	expect(await pressRun(lookAgain, {})).toEqual({ status: 422, code: "migration.why-needed" });
	expect(await db.run.findUniqueOrThrow({ where: { id: "r1" } })).toMatchObject({ holdAnswer: null });
	expect(await pressRun(lookAgain, { reason: "the API was slow" })).toEqual({ status: 200 });
	await hold();
	await db.migration.update({ where: { id: "m1" }, data: { ticket: "" } });
	expect(await pressRun(keep, { reason: "its pods run" })).toEqual({ status: 422, code: "migration.ticket-needed" });
	expect(await db.run.findUniqueOrThrow({ where: { id: "r1" } })).toMatchObject({ holdAnswer: null });
	expect(await pressRun(keep, { reason: "its pods run", ticket: "CHG-8" })).toEqual({ status: 200 });
	expect(await pressRun(cancel, { ticket: "CHG-9" })).toEqual({ status: 200 });
	expect(await decisions()).toMatchObject([
		{ action: "run.cancel", node: "node1", reason: "", ticket: "CHG-9" },
		{ action: "run.keep", node: "node1", reason: "its pods run", ticket: "CHG-8" },
		{ action: "run.look-again", node: "node1", reason: "the API was slow", ticket: "CHG-7" },
	]);
	const events = await db.runEvent.findMany({ where: { runId: "r1", code: "run.look-again" } });
	expect(events).toMatchObject([{ values: { node: "node1", why: "the API was slow" } }]);
});

it.each([
	["retry-failed", "done-with-failures", "failed", {}],
	["add-nodes", "paused", "prepared", { nodeIds: ["n2"] }],
] as const)("says how many nodes it reads, and goes on where the browser has closed its request: %s", async (action, state, run, more) => {
	const { db, engine } = test.console;
	await given({}, state);
	await db.run.updateMany({ data: { state: run } });
	await db.node.upsert({ where: { id: "n2" }, update: {}, create: { id: "n2", clusterId: "c1", name: "node2", address: "10.0.0.2" } });
	let answer = () => {};
	const silent = new Promise<void>((resolve) => {
		answer = resolve;
	});
	const planned = async (nodeId: string, position: number, attempt: number) => {
		await silent;
		return { ...RUN, id: "r9", migrationId: "m1", nodeId, nodeName: nodeId, position, attempt, state: "queued" };
	};
	const again = vi.spyOn(engine.planning, "again").mockImplementation((_, { nodeId, position }) => planned(nodeId, position, 2));
	const added = vi.spyOn(engine.planning, "added").mockImplementation((_, nodeId, position) => planned(nodeId, position, 1));
	const shown = async () => migrationDetailSchema.parse(await (await test.call(read, "/", { cookie, params: { id: "m1" } })).json());
	const browser = new AbortController();
	const { signal } = browser;
	const params = { id: "m1", action };
	const body = { reason: "it is mended", ...more };
	const answered = test.call(act, `/api/v1/migrations/m1/${action}`, { cookie, method: "POST", params, body, signal });
	await expect.poll(async () => (await shown()).reading).toBe(1);
	browser.abort();
	answer();
	await answered;
	again.mockRestore();
	added.mockRestore();
	const { reading, runs } = await shown();
	expect([reading, runs.map(({ id }) => id).sort()]).toEqual([0, ["r1", "r9"]]);
	expect(await decisions()).toMatchObject([{ reason: "it is mended" }]);
});

it("has an adoption among the decisions, with its reason and the ticket that the policy noted beside the run asks for", async () => {
	const { db, engine } = test.console;
	const policy = policySchema.parse({ ticketNeeded: true });
	// What the engine does with the node has tests of its own; here it finds the note, and makes a run of it.
	const adopted = vi.spyOn(engine.adoption, "adopt").mockImplementation(async (_, runId, __, ___, whyOf, commit) => {
		expect(whyOf?.({ policy, asked: { by: "ben", reason: "Docker goes", ticket: "CHG-7" } })).toBe("its console is gone");
		await given({ ticketNeeded: true });
		await commit?.([db.run.update({ where: { id: "r1" }, data: { id: runId } })], "m1", "console-b");
		return { id: runId, migrationId: "m1", console: "console-b" };
	});
	const body = { runId: "abcdefgh01", choice: "keep" };
	const ask = (word: object) =>
		test.call(adopt, "/api/v1/nodes/n1/left-runs", { cookie, method: "POST", params: { id: "n1" }, body: { ...body, ...word } });
	const refused = await ask({});
	expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([422, "migration.why-needed"]);
	expect(await db.run.count()).toBe(0);
	expect((await ask({ reason: "its console is gone" })).status).toBe(200);
	adopted.mockRestore();
	expect(await decisions()).toMatchObject([{ action: "run.adopt", node: "node1", reason: "its console is gone", ticket: "CHG-7" }]);
	const { events } = await test.console.audit.list({ action: "run.adopt" });
	expect(events.map(({ outcome, values }) => ({ outcome, values }))).toEqual([
		{ outcome: "ok", values: { node: "node1", choice: "keep", console: "console-b", reason: "its console is gone", ticket: "CHG-7" } },
		{ outcome: "migration.why-needed", values: { node: "node1", choice: "keep" } },
	]);
});
