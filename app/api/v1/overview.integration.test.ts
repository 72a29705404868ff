import { afterAll, beforeAll, expect, it } from "vitest";
import { activityListSchema, progressListSchema, trendSchema } from "@/lib/contracts/overview.ts";
import { policySchema } from "@/lib/contracts/plan.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { GET as activity } from "./activity/route.ts";
import { GET as progress } from "./migrations/progress/route.ts";
import { GET as trend } from "./trend/route.ts";

let test: TestConsole;
let cookie: string;
const ANN = { id: "ann", name: "ann@example.com", address: null };
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const { db } = test.console;
	for (const id of ["c1", "c2"]) {
		await db.cluster.create({ data: { id, name: id } });
		await db.node.create({ data: { id: `${id}-n`, clusterId: id, name: "node1", address: "10.0.0.1" } });
	}
	const nodes = ["a", "b", "c"];
	for (const name of nodes) await db.node.create({ data: { id: name, clusterId: "c1", name, address: "10.0.0.2" } });
	// Paused, so that the engine leaves it alone; its time left is asked for once it says that it runs.
	const shared = { direction: "migrate", policy: policySchema.parse({}), reason: "", createdById: "ann", createdBy: ANN.name };
	await db.migration.create({
		data: { ...shared, id: "m1", clusterId: "c1", state: "paused", ticket: "CHG-1", startedAt: minutesAgo(30) },
	});
	const ended = { ...shared, id: "m2", clusterId: "c2", state: "done", ticket: "CHG-2" };
	await db.migration.create({ data: { ...ended, startedAt: minutesAgo(9), endedAt: minutesAgo(5) } });
	const run = { migrationId: "m1", direction: "migrate", fromRuntime: "docker://1", toRuntime: "containerd://1" };
	const done = { state: "done", startedAt: minutesAgo(30), endedAt: minutesAgo(20) };
	await db.run.create({ data: { ...run, ...done, id: "r1", nodeId: "a", nodeName: "a", position: 0 } });
	for (const [index, name] of ["b", "c"].entries())
		await db.run.create({ data: { ...run, id: `r${index + 2}`, nodeId: name, nodeName: name, position: index + 1, state: "prepared" } });
	const target = { kind: "migration" as const, id: "m1", name: "c1" };
	await test.console.audit.record({ actor: ANN, action: "migration.pause", target });
	await test.console.audit.record({ actor: ANN, action: "template.create", target: { kind: "template", id: "t", name: "careful" } });
	await test.console.audit.record({ actor: ANN, action: "migration.stop", target, outcome: "migration.wrong-state" });
});
afterAll(() => test.close());

it("tells how nodes were spread over the runtimes", async () => {
	await test.console.trend.record();
	const answer = trendSchema.parse(await (await test.call(trend, "/api/v1/trend?days=7&clusterId=c1", { cookie })).json());
	expect(answer.clusters).toMatchObject([{ id: "c1", name: "c1" }]);
	expect(answer.clusters[0]?.points.at(-1)).toMatchObject({ docker: 0, containerd: 1, other: 3 });
	expect(Date.parse(answer.now) - Date.parse(answer.from)).toBe(7 * 86_400_000);
	expect((await test.call(trend, "/api/v1/trend?days=0", { cookie })).status).toBe(400);
});

it("tells how far what is under way is, and no time left where a person decides", async () => {
	const answer = async (query = "") =>
		progressListSchema.parse(await (await test.call(progress, `/api/v1/migrations/progress${query}`, { cookie })).json()).migrations;
	expect(await answer()).toEqual([
		{ id: "m1", total: 3, done: 1, running: 0, blocked: 0, unknown: 0, failed: 0, waiting: 2, ended: 0, left: null },
	]);
	expect(await answer("?clusterId=c2")).toEqual([]);
});

it("does not say of a node that it runs where it has not answered for too long", async () => {
	const { db } = test.console;
	await db.run.update({ where: { id: "r2" }, data: { state: "cutover", seenAt: minutesAgo(1) } });
	await db.run.update({ where: { id: "r3" }, data: { state: "cutover", seenAt: new Date() } });
	const body = await (await test.call(progress, "/api/v1/migrations/progress", { cookie })).json();
	expect(progressListSchema.parse(body).migrations).toMatchObject([{ running: 1, unknown: 1, waiting: 0 }]);
	await db.run.updateMany({ where: { id: { in: ["r2", "r3"] } }, data: { state: "prepared", seenAt: null } });
});

it("tells the last that people did and that came of it, newest first, of all clusters or one", async () => {
	const answer = async (query = "") => {
		const body = await (await test.call(activity, `/api/v1/activity${query}`, { cookie })).json();
		return activityListSchema.parse(body).items.map((item) => `${item.kind} ${item.by} ${item.kind === "act" ? item.action : item.state}`);
	};
	expect(await answer()).toEqual([
		"act ann@example.com template.create",
		"act ann@example.com migration.pause",
		"migration ann@example.com done",
		"run ann@example.com done",
	]);
	expect(await answer("?clusterId=c1")).toEqual(["act ann@example.com migration.pause", "run ann@example.com done"]);
	expect(await answer("?clusterId=c2")).toEqual(["migration ann@example.com done"]);
});
