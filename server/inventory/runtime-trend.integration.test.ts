import pino from "pino";
import { expect, it } from "vitest";
import { RuntimeTrend, thinned } from "./runtime-trend.ts";
import { inventory } from "./testing/inventory.ts";

const DAY_MS = 86_400_000;

async function made() {
	const { db, hub } = await inventory();
	await db.cluster.create({ data: { id: "c1", name: "prod" } });
	const clock = { now: new Date("2026-03-01T10:00:00Z") };
	const trend = new RuntimeTrend({
		db,
		hub,
		log: pino({ level: "silent" }),
		now: () => clock.now,
		gatherMs: 1,
		everyMs: 1,
		lookEveryMs: 1,
	});
	const node = (name: string, runtime: string) =>
		db.node.upsert({
			where: { clusterId_name: { clusterId: "c1", name } },
			create: { id: name, clusterId: "c1", name, address: "", shown: { runtime, text: "", controlPlane: false }, factsAt: clock.now },
			update: { shown: { runtime, text: "", controlPlane: false }, factsAt: clock.now },
		});
	return { db, hub, trend, clock, node };
}

it("keeps a row where something has changed, and none where nothing has", async () => {
	const { db, trend, clock, node } = await made();
	expect(await trend.record()).toBe(0);
	await node("a", "dockershim");
	await node("b", "unknown");
	expect(await trend.record()).toBe(1);
	expect(await trend.record()).toBe(0);
	clock.now = new Date("2026-03-01T11:00:00Z");
	await node("a", "containerd");
	expect(await trend.record()).toBe(1);
	await db.node.update({ where: { id: "b" }, data: { goneAt: clock.now } });
	clock.now = new Date("2026-03-01T12:00:00Z");
	expect(await trend.record()).toBe(1);
	const [cluster] = await trend.since(new Date("2026-03-01T10:30:00Z"));
	expect(cluster).toEqual({
		id: "c1",
		name: "prod",
		points: [
			{ at: "2026-03-01T10:00:00.000Z", docker: 1, containerd: 0, other: 1 },
			{ at: "2026-03-01T11:00:00.000Z", docker: 0, containerd: 1, other: 1 },
			{ at: "2026-03-01T12:00:00.000Z", docker: 0, containerd: 1, other: 0 },
		],
	});
	expect(await trend.since(new Date(0), "other")).toEqual([]);
	await db.cluster.delete({ where: { id: "c1" } });
	expect(await db.runtimeCount.count()).toBe(0);
});

it("looks by itself when nodes change, keeps no browser's place, and tells that there is something new", async () => {
	const { db, hub, trend, node } = await made();
	const heard = new Promise<void>((resolve) => {
		hub.attend((message) => {
			if (message.type === "changed" && message.what === "trend") resolve();
		});
	});
	await node("a", "dockershim");
	const browsers = hub.size;
	trend.start();
	expect(hub.size).toBe(browsers);
	hub.publish({ type: "changed", what: "nodes" });
	await heard;
	await trend.stop();
	expect(await db.runtimeCount.findMany()).toMatchObject([{ clusterId: "c1", docker: 1 }]);
});

it("keeps the last of each day of what is old, nothing of what is very old, and never more than a bound", () => {
	const now = Date.parse("2026-06-15T12:00:00Z");
	const day = (ago: number, hour: number) => Date.parse("2026-06-15T00:00:00Z") - ago * DAY_MS + hour * 3_600_000;
	const moments = [day(900, 1), day(40, 1), day(40, 9), day(39, 3), day(2, 1), day(2, 2), day(0, 1)];
	expect(thinned(moments, now)).toEqual([day(900, 1), day(40, 1)]);
	const many = Array.from({ length: 5_000 }, (_, index) => day(0, 0) + index * 1_000);
	expect(thinned(many, now)).toEqual(many.slice(0, 1_000));
});
