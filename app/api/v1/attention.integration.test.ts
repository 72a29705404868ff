import { afterAll, beforeAll, expect, it } from "vitest";
import type { Prisma } from "@/server/db/generated/client.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { GET } from "./attention/route.ts";

let test: TestConsole;
let cookie: string;
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
const credential = (id: string) => ({ id, user: "root", port: 22, authKind: "key", secret: "", privilege: "root" });
const migration = (id: string, change: Partial<Prisma.MigrationUncheckedCreateInput>): Prisma.MigrationUncheckedCreateInput => ({
	id,
	clusterId: "c1",
	direction: "migrate",
	state: "running",
	policy: {},
	reason: "",
	ticket: id.toUpperCase(),
	createdById: "u",
	createdBy: "ann",
	...change,
});
const run = (id: string, nodeId: string, state: string, change: object = {}) => ({
	id,
	nodeId,
	nodeName: nodeId,
	direction: "migrate",
	position: 0,
	state,
	fromRuntime: "docker://19.3.13",
	toRuntime: "containerd://1.4.3",
	...change,
});

beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const { db } = test.console;
	for (const id of ["c1", "c2"])
		await db.cluster.create({ data: { id, name: `name-${id}`, credentials: { create: credential(`cr-${id}`) } } });
	for (const [index, id] of ["n1", "n2", "n3"].entries()) {
		const address = `10.0.0.${index + 1}`;
		await db.node.create({ data: { id, clusterId: "c1", name: id, address } });
		const key = { algorithm: "ssh-ed25519", keyBase64: "", sha256: "", acceptedBy: "person", userName: "ann" };
		await db.hostKey.create({ data: { id: `k-${id}`, address, port: 22, ...key } });
	}
	await db.node.create({ data: { id: "n9", clusterId: "c2", name: "n9", address: "10.0.9.9" } });
	// Leased to somebody else, so that the engine leaves them alone.
	const leased = { leaseId: "other", leaseUntil: ago(-1) };
	const blocked = { ...leased, waiting: { code: "drain.blocked", values: {} } };
	await db.migration.create({
		data: migration("m1", {
			state: "held",
			runs: { create: [run("r1", "n1", "revert-failed", { endedAt: ago(2) }), run("r2", "n2", "draining", blocked)] },
		}),
	});
	const held = { ...leased, hold: "held", holdSince: { bootId: "b", uptimeS: 1 } };
	await db.migration.create({ data: migration("m6", { state: "paused", runs: { create: [run("r7", "n3", "verifying", held)] } }) });
	await db.migration.create({ data: migration("m2", { state: "draft", policy: { approval: { needed: true } } }) });
	const failed = { create: [run("r4", "n3", "failed", { endedAt: ago(1) })] };
	await db.migration.create({ data: migration("m3", { state: "done-with-failures", endedAt: ago(1), runs: failed }) });
	await db.migration.create({
		data: migration("m4", { state: "done-with-failures", endedAt: ago(24 * 30), runs: { create: [run("r5", "n3", "failed")] } }),
	});
});
afterAll(() => test.close());

async function items(query = ""): Promise<{ code: string; href: string }[]> {
	const response = await test.call(GET, `/api/v1/attention${query}`, { cookie });
	expect(response.status).toBe(200);
	return (await response.json()).items;
}

it("is everything that needs a person, the most pressing first", async () => {
	expect((await items()).map(({ code, href }) => [code, href])).toEqual([
		["hands", "/runs/r1"],
		["node-held", "/migrations/m6?node=n3"],
		["drain-blocked", "/migrations/m1?node=n2"],
		["held", "/migrations/m1"],
		["failed", "/migrations/m3"],
		["approval-missing", "/migrations/m2"],
		["host-keys", "/clusters/c2?tab=host-keys"],
	]);
});

it("is of one cluster where one is asked for", async () => {
	expect((await items("?clusterId=c2")).map(({ code }) => code)).toEqual(["host-keys"]);
});

it("is for whoever is signed in", async () => {
	expect((await test.call(GET, "/api/v1/attention")).status).toBe(401);
});

it("forgets what somebody has seen to", async () => {
	const { db } = test.console;
	const approval = { digest: "0".repeat(64), subject: {}, reason: "", ticket: "", userId: "u", userName: "bea", at: ago(0) };
	await db.approval.create({ data: { migrationId: "m2", ...approval } });
	await db.run.update({ where: { id: "r2" }, data: { waiting: { code: "run.waiting-for-others", values: {} } } });
	await db.run.update({ where: { id: "r7" }, data: { holdAnswer: "keep" } });
	await db.migration.create({ data: migration("m5", { state: "done", runs: { create: [run("r6", "n1", "done", { endedAt: ago(1) })] } }) });
	expect((await items("?clusterId=c1")).map(({ code }) => code)).toEqual(["held", "failed"]);
});
