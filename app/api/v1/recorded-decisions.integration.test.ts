import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { approvalDigest } from "@/lib/approval.ts";
import { policySchema } from "@/lib/contracts/plan.ts";
import { paceOf } from "@/lib/pace.ts";
import { currentSubject } from "@/server/engine/approvals.ts";
import { type Given, queued, WatchedConsole, WHY } from "../testing/watched-console.ts";
import { POST as act } from "./migrations/[id]/[action]/route.ts";
import { POST as plan } from "./migrations/route.ts";
import { POST as cancelRun } from "./runs/[id]/cancel/route.ts";
import { POST as keep } from "./runs/[id]/keep/route.ts";
import { POST as lookAgain } from "./runs/[id]/look-again/route.ts";
import { POST as uncordon } from "./runs/[id]/uncordon/route.ts";

let watched: WatchedConsole;
beforeAll(async () => {
	watched = await WatchedConsole.start();
});
afterAll(() => watched.close());
beforeEach(() => watched.forget());

const pressed = (action: string, body: object = {}) =>
	watched.test.call(act, `/api/v1/migrations/m1/${action}`, {
		cookie: watched.cookie,
		method: "POST",
		params: { id: "m1", action },
		body: { reason: WHY, ...body },
	});
const pressedRun = (handler: typeof keep, body: object = {}) =>
	watched.test.call(handler, "/api/v1/runs/r1", {
		cookie: watched.cookie,
		method: "POST",
		params: { id: "r1" },
		body: { reason: WHY, ...body },
	});
const digest = async () => approvalDigest(await currentSubject(watched.db, "m1"));
const start = async () => ({ digest: await digest(), withoutApi: true });
const schedule = { startAt: new Date(Date.now() + 3_600_000).toISOString(), timeZone: "UTC" };
const pace = { ...paceOf(policySchema.parse({})), pauseS: 60 };
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
			watched.test.call(plan, "/api/v1/migrations", {
				cookie: watched.cookie,
				method: "POST",
				body: { clusterId: "c1", direction: "migrate", reason: WHY, nodeIds: ["n1"], policy: {} },
			}),
	],
])("does not do what it cannot put on record: %s", async (action, before, press, lines) => {
	if (before) await watched.given(before);
	await watched.doneOnlyWithItsLine(action, press, lines);
});

it("puts on record once that two let pods come back in the same moment, and tells the other that the cordon is gone", async () => {
	await watched.given({ runs: [{ state: "failed", cordonedByUs: true }] });
	const told = await Promise.all([pressedRun(uncordon), pressedRun(uncordon)]);
	expect(told.map(({ status }) => status).sort()).toEqual([200, 409]);
	const { events } = await watched.audit.list({ action: "run.uncordon" });
	expect(events.map(({ outcome }) => outcome).sort()).toEqual(["ok", "run.not-cordoned"]);
});

it("does nothing while another process holds the database, and says so", async () => {
	const { db, audit } = watched;
	await watched.given({});
	const was = await watched.everything();
	const other = new SQLite(join(watched.test.folder, "gantry.db"));
	other.exec("BEGIN IMMEDIATE");
	try {
		expect((await pressed("pause")).status).toBe(500);
	} finally {
		other.exec("ROLLBACK");
		other.close();
	}
	expect(await watched.everything()).toBe(was);
	expect((await audit.list({ outcome: "ok" })).events).toEqual([]);
	expect((await pressed("pause")).status).toBe(200);
	expect((await audit.list({ outcome: "ok" })).events).toMatchObject([{ action: "migration.pause" }]);
	expect((await db.migration.findUniqueOrThrow({ where: { id: "m1" } })).state).toBe("paused");
});
