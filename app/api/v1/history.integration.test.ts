import { afterAll, beforeAll, expect, it } from "vitest";
import { testPlan } from "@/server/engine/testing/migrations.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { GET as exportMigrations } from "./migrations/export/route.ts";
import { GET as listMigrations } from "./migrations/route.ts";
import { GET as readRun } from "./runs/[id]/route.ts";
import { GET as exportRuns } from "./runs/export/route.ts";
import { GET as listRuns } from "./runs/route.ts";

const DAY_S = 86_400;
const NODES = 205;
const OLD = "0123456789abcdef";
let test: TestConsole;
let cookie: string;

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_S * 1_000);

beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const { db } = test.console;
	const nodes = Array.from({ length: NODES }, (_, index) => ({ id: `n${index}`, name: `node${index}`, address: "192.0.2.1" }));
	await db.cluster.create({ data: { id: "c1", name: "legacy", nodes: { create: nodes } } });
	const run = { direction: "migrate", fromRuntime: "docker://19.3.13", toRuntime: "containerd://1.4.3" };
	const migration = { clusterId: "c1", direction: "migrate", policy: {}, createdById: "u" };
	await db.migration.create({
		data: {
			...migration,
			id: "old",
			state: "done",
			reason: "first",
			ticket: "OPS-1",
			createdBy: "ann",
			createdAt: daysAgo(40),
			startedAt: daysAgo(40),
			endedAt: daysAgo(39),
			runs: {
				create: {
					...run,
					id: OLD,
					nodeId: "n1",
					nodeName: "node1",
					position: 0,
					state: "done",
					createdAt: daysAgo(40),
					startedAt: daysAgo(40),
					endedAt: daysAgo(39),
					plan: testPlan(OLD),
				},
			},
		},
	});
	await db.migration.create({
		data: {
			...migration,
			id: "new",
			state: "done-with-failures",
			reason: '=HYPERLINK("http://x","y")',
			ticket: "OPS-2",
			createdBy: "bob",
			createdAt: daysAgo(3),
			startedAt: daysAgo(3),
			endedAt: daysAgo(2),
			runs: {
				create: nodes.map(({ id, name }, position) => ({
					...run,
					id: `new${position}`,
					nodeId: id,
					nodeName: name,
					position,
					state: position === 0 ? "failed" : "done",
					createdAt: daysAgo(3),
					startedAt: daysAgo(3),
					endedAt: daysAgo(2),
				})),
			},
		},
	});
	await db.migration.create({
		data: { ...migration, id: "draft", state: "draft", reason: "not yet", ticket: "", createdBy: "ann" },
	});
});
afterAll(() => test.close());

const get = (handler: Parameters<TestConsole["call"]>[0], path: string) => test.call(handler, `/api/v1/${path}`, { cookie });

it.each([
	["", 3],
	["started=1", 2],
	["q=OPS-1", 1],
	["q=node7&state=done-with-failures&direction=migrate", 1],
	["direction=rollback", 0],
	[`started=1&lastS=${10 * DAY_S}`, 1],
	[`started=1&to=${daysAgo(5).toISOString()}`, 1],
	// Under way on the day in the middle of it.
	[`started=1&from=${daysAgo(39.6).toISOString()}&to=${daysAgo(39.5).toISOString()}`, 1],
	[`started=1&from=${daysAgo(38).toISOString()}&to=${daysAgo(30).toISOString()}`, 0],
])("finds migrations in the history by %s", async (query, total) => {
	expect(await (await get(listMigrations, `migrations?${query}`)).json()).toMatchObject({ total });
});

it.each([
	["", NODES + 1],
	["migrationId=old", 1],
	[`lastS=${10 * DAY_S}`, NODES],
	[`lastS=${10 * DAY_S}&state=failed&q=bob`, 1],
	["q=bob&migrationId=old", 0],
	[`from=${daysAgo(2.5).toISOString()}&to=${daysAgo(2.5).toISOString()}`, NODES],
	[`from=${daysAgo(39.6).toISOString()}&to=${daysAgo(5).toISOString()}`, 1],
])("finds runs in the history by %s", async (query, total) => {
	expect(await (await get(listRuns, `runs?${query}`)).json()).toMatchObject({ total });
});

it("refuses a moment that is none", async () => {
	expect((await get(listRuns, "runs?from=yesterday")).status).toBe(400);
	expect((await get(listRuns, "runs?to=2026-02-31T00:00:00Z")).status).toBe(400);
	expect((await get(exportRuns, "runs/export")).status).toBe(400);
	expect((await test.call(exportRuns, "/api/v1/runs/export?format=csv")).status).toBe(401);
});

it("refuses a stretch that ends before it begins, in lists and files alike", async () => {
	const backwards = `from=${daysAgo(1).toISOString()}&to=${daysAgo(2).toISOString()}`;
	for (const response of [
		await get(listRuns, `runs?${backwards}`),
		await get(listMigrations, `migrations?${backwards}`),
		await get(exportRuns, `runs/export?format=csv&${backwards}`),
		await get(exportMigrations, `migrations/export?format=csv&${backwards}`),
	]) {
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({ code: "http.invalid" });
	}
});

it("writes runs as a table, each once, without a formula in it", async () => {
	const response = await get(exportRuns, "runs/export?format=csv");
	expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
	expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="gantry-runs-\d{4}-\d\d-\d\d\.csv"$/);
	expect(response.headers.get("x-gantry-cut")).toBeNull();
	const [head = "", ...rows] = (await response.text()).trimEnd().split("\r\n");
	expect(head.split(",").slice(0, 6)).toEqual(["run", "node", "cluster", "direction", "attempt", "state"]);
	expect(rows).toHaveLength(NODES + 1);
	expect(new Set(rows.map((row) => row.split(",")[0])).size).toBe(NODES + 1);
	expect(rows[0]).toContain(`,new,OPS-2,"'=HYPERLINK(""http://x"",""y"")",bob,`);
	const hashes = Object.values(testPlan(OLD).scripts).map((script) => script.sha256);
	expect(rows.at(-1)?.split(",").slice(-3)).toEqual(hashes);
	expect(rows.at(-1)).toContain(`,${DAY_S},`);
});

it("writes what the filters leave as JSON, and nothing as an empty list", async () => {
	const read = async (query: string) => (await get(exportRuns, `runs/export?format=json&${query}`)).json();
	expect(await read("migrationId=old")).toMatchObject([{ id: OLD, ticket: "OPS-1", reason: "first", createdBy: "ann" }]);
	expect(await read("q=nobody")).toEqual([]);
});

it("writes migrations with how their nodes ended", async () => {
	const csv = await (await get(exportMigrations, "migrations/export?format=csv&started=1")).text();
	const rows = csv.trimEnd().split("\r\n");
	expect(rows).toHaveLength(3);
	expect(rows[1]).toMatch(new RegExp(`^new,.*,${DAY_S},${NODES},${NODES - 1},1,0$`));
	const json = await (await get(exportMigrations, "migrations/export?format=json&q=OPS-1")).json();
	expect(json).toMatchObject([{ id: "old", counts: { done: 1 } }]);
});

it("shows of a run the facts that its plan was made from, without the bytes of files, where they can be read", async () => {
	const { db } = test.console;
	const { FACTS } = await import("@/server/engine/testing/migrations.ts");
	const facts = async () => {
		const response = await test.call(readRun, `/api/v1/runs/${OLD}`, { cookie, params: { id: OLD } });
		return ((await response.json()) as { facts: { version?: number } | null }).facts;
	};
	expect(await facts()).toBeNull();
	await db.run.update({ where: { id: OLD }, data: { facts: FACTS } });
	const shown = await facts();
	expect(shown).toMatchObject({ version: FACTS.version });
	expect(JSON.stringify(shown)).not.toMatch(/"contentBase64":"/);
	await db.run.update({ where: { id: OLD }, data: { facts: { version: 99 } } });
	expect(await facts()).toBeNull();
});

it("shows a node that was left out from the beginning in the time when that was planned, and no later", async () => {
	const { db } = test.console;
	const base = { migrationId: "old", direction: "migrate", fromRuntime: "", toRuntime: "", nodeName: "node2", nodeId: "n2" };
	const made = { ...base, createdAt: daysAgo(40) };
	await db.run.createMany({
		data: [
			{ ...made, id: "excluded", position: 1, state: "skipped" },
			{ ...made, id: "going", position: 2, state: "draining" },
		],
	});
	const found = async (query: string) => {
		const { runs } = (await (await get(listRuns, `runs?migrationId=old&${query}`)).json()) as { runs: { id: string }[] };
		return runs.map(({ id }) => id).sort();
	};
	expect(await found(`lastS=${10 * DAY_S}`)).toEqual(["going"]);
	expect(await found(`from=${daysAgo(41).toISOString()}&to=${daysAgo(39.5).toISOString()}`)).toEqual([OLD, "excluded", "going"].sort());
	expect(await found("")).toContain("excluded");
	await db.run.deleteMany({ where: { id: { in: ["excluded", "going"] } } });
});
