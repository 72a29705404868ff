import { expect, it } from "vitest";
import { approvalDigest } from "../../lib/approval.ts";
import { AuditLog } from "../audit/audit.ts";
import type { Db } from "../db/client.ts";
import { EventHub } from "../events/hub.ts";
import { currentSubject } from "./approvals.ts";
import { Schedule } from "./schedule.ts";
import { Batch, MIGRATION } from "./testing/batch.ts";
import { silentLog, type TestRun, testMigration, testPlan } from "./testing/migrations.ts";

const HOUR = 3_600_000;
const ANN = { id: "p1", name: "ann@example.com" };
const ZONE = "Asia/Shanghai";
const API_ABSENT = { code: "cluster.api.absent", severity: "block", values: {} };

/** Access as a start asks for it: a credential, and the nodes' host keys accepted. */
async function withAccess(db: Db): Promise<void> {
	const credential = { user: "root", port: 22, authKind: "key", secret: "", privilege: "root" };
	await db.credential.create({ data: { id: "cred1", clusterId: "cluster1", ...credential } });
	const key = { algorithm: "ssh-ed25519", keyBase64: "", sha256: "", acceptedBy: "person", userName: "ann" };
	await db.hostKey.create({ data: { id: "key1", address: "192.0.2.1", port: 22, ...key } });
}

async function scheduling(runs: TestRun[] = [{ id: "run00001" }, { id: "run00002" }]) {
	const batch = await Batch.of({ runs });
	await withAccess(batch.db);
	const records = () => batch.db.auditEvent.findMany();
	const schedule = new Schedule({
		db: batch.db,
		change: batch.change,
		audit: new AuditLog(batch.db, new EventHub()),
		onMigrationChanged: () => {},
		now: () => new Date(Date.now() + batch.laterMs),
		log: silentLog,
	});
	const set = async (id = MIGRATION, more: { inMs?: number; confirm?: string; withoutApi?: boolean; digest?: string } = {}) => {
		const digest = more.digest ?? approvalDigest(await currentSubject(batch.db, id));
		return schedule.set(id, {
			startAt: new Date(Date.now() + (more.inMs ?? HOUR)).toISOString(),
			timeZone: ZONE,
			confirm: more.confirm,
			withoutApi: more.withoutApi ?? true,
			digest,
			person: ANN,
		});
	};
	const later = async (ms: number) => {
		batch.laterMs = ms;
		await schedule.tick();
	};
	return { batch, schedule, records, set, later };
}

it("is not set for another plan than was seen", async () => {
	const { batch, set } = await scheduling();
	const digest = approvalDigest(await currentSubject(batch.db, MIGRATION));
	await batch.db.run.delete({ where: { id: "run00002" } });
	await expect(set(MIGRATION, { digest })).rejects.toMatchObject({ code: "migration.changed-since" });
	expect(await batch.state()).toBe("draft");
});

it("starts at its time and not before, under the name of who scheduled it", async () => {
	const { batch, records, set, later } = await scheduling();
	expect(await set()).toEqual(["node1", "node2"]);
	expect(await batch.migration()).toMatchObject({
		state: "scheduled",
		stateWhy: { code: "migration.scheduled", values: { person: ANN.name } },
		schedule: { person: ANN, timeZone: ZONE, confirm: null },
		startedAt: null,
	});
	await later(HOUR - 2_000);
	expect(await batch.state()).toBe("scheduled");
	await later(HOUR + 1_000);
	expect(await batch.migration()).toMatchObject({
		state: "running",
		stateWhy: { code: "migration.started-as-scheduled", values: { person: ANN.name } },
		withoutApi: true,
		startAt: expect.any(Date),
		startedAt: expect.any(Date),
	});
	expect(await records()).toMatchObject([
		{
			action: "migration.start",
			outcome: "ok",
			actorId: ANN.id,
			actorName: ANN.name,
			address: null,
			values: { count: 2, withoutApi: "yes" },
		},
	]);
	await later(HOUR + 2_000);
	expect(await records()).toHaveLength(1);
});

it.each([
	["at most an hour late", 59 * 60_000, "running", "migration.started-as-scheduled"],
	["later than that not at all", 61 * 60_000, "draft", "migration.schedule-missed"],
])("starts what was missed %s", async (_, lateMs, state, code) => {
	const { batch, records, set, later } = await scheduling();
	await set();
	await later(HOUR + lateMs);
	expect(await batch.migration()).toMatchObject({ state, stateWhy: { code, values: { person: ANN.name } } });
	expect(await records()).toMatchObject([{ action: "migration.start", outcome: state === "running" ? "ok" : code }]);
	if (state === "draft") expect(await batch.migration()).toMatchObject({ startAt: null, schedule: null });
});

it("is a draft again that says why, where a person's start would be refused too", async () => {
	const { batch, records, set, later } = await scheduling();
	await set();
	await batch.db.hostKey.deleteMany();
	await later(HOUR + 1_000);
	expect(await batch.migration()).toMatchObject({
		state: "draft",
		startAt: null,
		stateWhy: {
			code: "migration.schedule-refused",
			values: {
				person: ANN.name,
				because: "migration.host-key-unknown",
				node: "node1",
				count: 2,
				startAt: expect.any(String),
				timeZone: ZONE,
			},
		},
	});
	expect(await records()).toMatchObject([{ action: "migration.start", outcome: "migration.host-key-unknown" }]);
});

it("keeps the word that was typed for the control plane, and no other will do", async () => {
	const runs = [{ id: "run00001", node: "cp1", plan: testPlan("run00001", { nodeName: "cp1", controlPlane: true }) }];
	const { batch, schedule, set, later } = await scheduling(runs);
	const { name } = await batch.db.cluster.findUniqueOrThrow({ where: { id: "cluster1" } });
	await set();
	await later(HOUR + 1_000);
	expect(await batch.migration()).toMatchObject({ state: "draft", stateWhy: { values: { because: "migration.confirm-needed" } } });
	batch.laterMs = 0;
	await set(MIGRATION, { confirm: `${name} ` });
	await schedule.unset(MIGRATION, "ben");
	await set(MIGRATION, { confirm: `${name} ` });
	await later(HOUR + 1_000);
	expect(await batch.state()).toBe("running");
});

it("asks anew where the cluster's API was taken away since, whatever was said before", async () => {
	const { batch, set, later } = await scheduling();
	await batch.db.cluster.update({ where: { id: "cluster1" }, data: { kubeconfig: "sealed" } });
	expect(await set(MIGRATION, { withoutApi: true })).toEqual([]);
	await batch.db.cluster.update({ where: { id: "cluster1" }, data: { kubeconfig: null } });
	await later(HOUR + 1_000);
	expect(await batch.migration()).toMatchObject({ state: "draft", stateWhy: { values: { because: "migration.without-api-needed" } } });
});

it("keeps no node from another that starts now, and is refused at its own time where that one still runs", async () => {
	const { batch, set, later } = await scheduling();
	await testMigration(batch.db, { id: "migration2", state: "draft", withoutApi: true, runs: [{ id: "run00003", node: "node2" }] });
	await set();
	expect(await batch.change.start("migration2", "ben")).toEqual(["node2"]);
	await later(HOUR + 1_000);
	expect(await batch.migration()).toMatchObject({
		state: "draft",
		stateWhy: { code: "migration.schedule-refused", values: { because: "migration.node-busy", node: "node2", migration: "migration2" } },
	});
});

it("starts only the first of two that are scheduled for the same node", async () => {
	const { batch, set, later } = await scheduling();
	await testMigration(batch.db, { id: "migration2", state: "draft", runs: [{ id: "run00003", node: "node2" }] });
	await set("migration2", { inMs: HOUR + 500 });
	await set();
	await later(HOUR + 1_000);
	expect(await batch.state()).toBe("running");
	expect(await batch.db.migration.findUnique({ where: { id: "migration2" } })).toMatchObject({
		state: "draft",
		stateWhy: { values: { because: "migration.node-busy", migration: MIGRATION } },
	});
});

it("is taken back, scheduled for another time, and started by hand", async () => {
	const { batch, schedule, set, later } = await scheduling();
	await set();
	await expect(set()).rejects.toMatchObject({ code: "migration.wrong-state", values: { state: "scheduled", wanted: "draft" } });
	await schedule.unset(MIGRATION, "ben");
	expect(await batch.migration()).toMatchObject({
		state: "draft",
		startAt: null,
		schedule: null,
		stateWhy: { code: "migration.unscheduled", values: { person: "ben" } },
	});
	await expect(schedule.unset(MIGRATION, "ben")).rejects.toMatchObject({ code: "migration.wrong-state" });
	await set(MIGRATION, { inMs: 2 * HOUR });
	await later(HOUR + 1_000);
	expect(await batch.state()).toBe("scheduled");
	const old = new Date(Date.now() + HOUR);
	await expect(batch.change.start(MIGRATION, ANN.name, { scheduledFor: old })).rejects.toMatchObject({ code: "migration.wrong-state" });
	await batch.change.start(MIGRATION, "ben");
	expect(await batch.migration()).toMatchObject({
		state: "running",
		startAt: null,
		schedule: null,
		stateWhy: { code: "migration.started" },
	});
	await later(2 * HOUR + 1_000);
	expect(await batch.migration()).toMatchObject({ stateWhy: { code: "migration.started" } });
});

it.each([
	["is taken back", (schedule: Schedule) => schedule.unset(MIGRATION, "ben")],
	["is missed", null],
])("lets the word for going without the API go when the schedule %s, and keeps what was planned so", async (_, takeBack) => {
	const runs = [{ id: "run00001" }, { id: "run00002", more: { withoutApi: true, findings: [API_ABSENT] } }];
	const { batch, schedule, set, later } = await scheduling(runs);
	const goWithout = async () => (await batch.db.run.findMany({ orderBy: { position: "asc" } })).map((run) => run.withoutApi);
	await set();
	expect(await goWithout()).toEqual([true, true]);
	if (takeBack) await takeBack(schedule);
	else await later(3 * HOUR);
	expect(await batch.migration()).toMatchObject({ state: "draft", withoutApi: true });
	expect(await goWithout()).toEqual([false, true]);
	batch.laterMs = 0;
	expect(await set(MIGRATION, { withoutApi: false })).toEqual(["node2"]);
});

it("has nothing to schedule where no node can go", async () => {
	const { set } = await scheduling([{ id: "run00001", state: "skipped" } as { id: string }]);
	await expect(set()).rejects.toMatchObject({ code: "migration.nothing-to-do" });
	await expect(set("nowhere", { digest: "" })).rejects.toMatchObject({ code: "migration.not-found" });
});

it("tries again at the next look where something of the console's own went wrong", async () => {
	const { batch, schedule, set, later } = await scheduling();
	await set();
	const start = batch.change.start.bind(batch.change);
	batch.change.start = () => Promise.reject(new Error("the disk is full"));
	await later(HOUR + 1_000);
	expect(await batch.state()).toBe("scheduled");
	batch.change.start = start;
	await schedule.tick();
	expect(await batch.state()).toBe("running");
});

it("starts nothing once it was stopped", async () => {
	const { batch, schedule, set, later } = await scheduling();
	await set();
	await schedule.stop();
	await later(HOUR + 1_000);
	expect(await batch.state()).toBe("scheduled");
});
