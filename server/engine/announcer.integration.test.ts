import { expect, it } from "vitest";
import type { StreamMessage } from "../../lib/contracts/stream.ts";
import { EventHub } from "../events/hub.ts";
import { Announcer } from "./announcer.ts";
import { said } from "./codes.ts";
import { claim } from "./leases.ts";
import { PrismaRunStore } from "./store.ts";
import { silentLog, testDatabase, testMigration } from "./testing/migrations.ts";
import { CLAIMABLE } from "./transitions.ts";

const now = () => new Date();

async function setup() {
	const db = await testDatabase();
	await testMigration(db, { runs: [{ id: "run00001", state: "cleaning" }] });
	const hub = new EventHub();
	const announcer = new Announcer(db, hub, silentLog);
	const store = new PrismaRunStore(db, announcer, now);
	const lease = await claim(db, "run00001", CLAIMABLE, now);
	if (!lease) throw new Error("not free");
	return { hub, announcer, store, lease };
}

it("tells of many changes once, of log text at once, and of nodes when a run ends", async () => {
	const { hub, store, lease, announcer } = await setup();
	const heard: StreamMessage[] = [];
	hub.subscribe(
		(message) => heard.push(message),
		(runId) => runId === "run00001",
	);
	await store.appendLog(lease, 0, 0, Buffer.from("héllo\n"));
	expect(heard).toEqual([
		{ type: "log", runId: "run00001", generation: 0, offset: 0, bytesBase64: Buffer.from("héllo\n").toString("base64") },
	]);
	await store.transition(lease, "cleaning", "failed", said("run.failed"));
	expect(heard).toContainEqual({ type: "changed", what: "nodes" });
	announcer.migrationChanged("migration1");
	// On a slow machine the migration comes with the next telling.
	const told = () => ["event", "migration"].every((type) => heard.some((message) => message.type === type));
	await expect.poll(told, { timeout: 20_000 }).toBe(true);
	expect(heard.find((message) => message.type === "migration")?.migration).toMatchObject({ id: "migration1", clusterName: "test" });
	heard.length = 0;
	for (let turn = 0; turn < 50; turn++) announcer.runChanged("run00001");
	await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(1);
	expect(heard).toMatchObject([{ type: "run", run: { id: "run00001", state: "failed", logBytes: 7, byHand: null } }]);
	announcer.stop();
});

it("reads nothing and keeps nothing while nobody listens", async () => {
	const { hub, store, lease, announcer } = await setup();
	await store.patch(lease, { waiting: null });
	await store.appendLog(lease, 0, 0, Buffer.from("x"));
	const heard: StreamMessage[] = [];
	hub.subscribe((message) => heard.push(message));
	await store.note(lease, said("run.cleaning"));
	await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(0);
	expect(heard.map((message) => message.type)).toEqual(["event"]);
	announcer.stop();
});
