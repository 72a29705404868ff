import { expect, it } from "vitest";
import { alone, type Commit } from "../db/commit.ts";
import { KubernetesError } from "../kubernetes/error.ts";
import { TestCluster } from "./testing/cluster.ts";
import { type TestRun, testDatabase, testMigration } from "./testing/migrations.ts";
import { Uncordon } from "./uncordon.ts";

const RUN = "run00001";

async function left(run: Partial<TestRun> = {}) {
	const db = await testDatabase();
	const cluster = new TestCluster();
	await testMigration(db, { state: "done-with-failures", runs: [{ id: RUN, state: "reverted", more: { cordonedByUs: true }, ...run }] });
	await cluster.api.cordon("node1", RUN);
	const console = (api = cluster.api as typeof cluster.api | null) =>
		new Uncordon({ db, cluster: async () => api, onRunChanged() {}, onEvent() {}, now: () => new Date() });
	const one = console();
	const row = () => db.run.findUniqueOrThrow({ where: { id: RUN }, select: { cordonedByUs: true } });
	const events = async () => (await db.runEvent.findMany()).map(({ code, actor }) => ({ code, actor }));
	return {
		cluster,
		/** The same console, and the next one that has this database. */
		ask: (person = "ann", commit?: Commit) => one.run(RUN, person, "", commit),
		elsewhere: (person: string, commit?: Commit) => console().run(RUN, person, "", commit),
		without: () => console(null).run(RUN, "ann"),
		/** Writes once as many are about to. */
		together: (count: number): Commit => {
			const waiting: (() => void)[] = [];
			return async (writes) => {
				await new Promise<void>((resolve) => {
					waiting.push(resolve);
					if (waiting.length === count) for (const goOn of waiting) goOn();
				});
				return alone(db)(writes);
			};
		},
		row,
		events,
	};
}

it("takes back the cordon that a run had to leave, once, and says who asked", async () => {
	const { cluster, ask, row, events } = await left();
	expect(await ask()).toBe("uncordoned");
	expect(cluster.unschedulable).toBe(false);
	expect(await row()).toEqual({ cordonedByUs: false });
	expect(await events()).toEqual([{ code: "run.uncordoned", actor: "ann" }]);
	await expect(ask()).rejects.toMatchObject({ code: "run.not-cordoned" });
});

it("is asked for by two at once: the cluster is told once, one is on record, and the other is told that it is gone", async () => {
	const { cluster, ask, events } = await left();
	const told = await Promise.allSettled([ask("ann"), ask("ben")]);
	expect(told).toMatchObject([
		{ status: "fulfilled", value: "uncordoned" },
		{ status: "rejected", reason: { code: "run.not-cordoned", values: { node: "node1" } } },
	]);
	expect(cluster.calls.filter((call) => call === "uncordon")).toHaveLength(1);
	expect(await events()).toEqual([{ code: "run.uncordoned", actor: "ann" }]);
});

it("is on record once also where two consoles are as fast as each other", async () => {
	const { ask, elsewhere, together, row, events } = await left();
	const commit = together(2);
	const told = await Promise.allSettled([ask("ann", commit), elsewhere("ben", commit)]);
	expect(told.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
	expect(told.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "run.not-cordoned" } });
	expect(await events()).toHaveLength(1);
	expect(await row()).toEqual({ cordonedByUs: false });
});

it("leaves a cordon that is somebody else's by now, and does not pretend", async () => {
	const { cluster, ask, row, events } = await left();
	cluster.annotations["gantry/cordoned-by"] = "run00009";
	await expect(ask()).rejects.toMatchObject({ code: "run.cordon-not-ours", values: { node: "node1" } });
	expect(cluster.unschedulable).toBe(true);
	expect([await row(), await events()]).toEqual([{ cordonedByUs: true }, []]);
});

it("notes that somebody was faster", async () => {
	const first = await left();
	first.cluster.unschedulable = false;
	expect(await first.ask()).toBe("was-schedulable");
	expect(await first.events()).toEqual([{ code: "run.was-schedulable", actor: "ann" }]);
});

it("notes that the API no longer knows the node", async () => {
	const { cluster, ask, row } = await left();
	cluster.broken = new KubernetesError("cluster.not-found");
	expect(await ask()).toBe("gone");
	expect(await row()).toEqual({ cordonedByUs: false });
});

it("is refused while the run goes on", async () => {
	const running = await left({ state: "verifying" });
	await expect(running.ask()).rejects.toMatchObject({ code: "run.wrong-state", values: { state: "verifying" } });
	expect(running.cluster.unschedulable).toBe(true);
});

it("changes nothing where the API does not answer, or is none", async () => {
	const silent = await left();
	await expect(silent.without()).rejects.toMatchObject({ code: "run.no-api" });
	silent.cluster.broken = new KubernetesError("cluster.timeout");
	await expect(silent.ask()).rejects.toMatchObject({ code: "cluster.timeout" });
	expect(await silent.row()).toEqual({ cordonedByUs: true });
});
