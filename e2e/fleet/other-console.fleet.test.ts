import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDir } from "../../server/plan/layout.ts";
import { commit } from "../../server/remote/commit.ts";
import { takeOwnership } from "../../server/remote/owner.ts";
import { type EngineHarness, engineHarness, type HarnessOptions } from "./engine-harness.ts";
import type { Fleet, FleetNode } from "./fleet.ts";
import { openSession } from "./node-run.ts";
import { until } from "./process.ts";
import { sharedFleet } from "./shared-fleet.ts";

// Rule 21: a console that has lost its database, and a second one, meet a run on a real node.
let fleet: Fleet;
let harness: EngineHarness | undefined;
const ANN = { id: "u1", name: "Ann" };

beforeAll(async () => {
	fleet = await sharedFleet();
});
afterAll(async () => {
	await harness?.close();
	for (const name of ["node1", "node2"]) await fleet.reset(name);
});

async function withHarness<T>(options: HarnessOptions, work: (harness: EngineHarness) => Promise<T>): Promise<T> {
	harness = await engineHarness(fleet, options);
	try {
		return await work(harness);
	} finally {
		await harness.close();
		harness = undefined;
	}
}

/** A console begins a migration of the node and is gone, database and all, once the cutover runs; the node goes on to its end. */
async function leaveBehind(node: FleetNode): Promise<string> {
	const runId = await withHarness({}, async (h) => {
		const id = await h.draft([node.name], "migrate", { drain: { enabled: false } });
		await h.engine.change.start(id, "tester");
		const { id: run } = await h.db.run.findFirstOrThrow({ where: { migrationId: id } });
		await until(
			`cutover on ${node.name}`,
			180_000,
			async () => ((await node.exec(`test -e ${runDir(run)}/deadline`)).code === 0 ? true : undefined),
			() => node.diagnose(),
			50,
		);
		return run;
	});
	await until(
		`end of the cutover on ${node.name}`,
		120_000,
		async () => ((await node.exec(`grep -q '^0 ' ${runDir(runId)}/exit.cutover`)).code === 0 ? true : undefined),
		async () => (await node.exec(`tail -n 30 ${runDir(runId)}/log`)).stdout,
	);
	return runId;
}

/** The run's final state, as the adopting console has it on record. */
function ended(h: EngineHarness, runId: string): Promise<string> {
	return until(
		`end of ${runId}`,
		240_000,
		async () => {
			const { state, endedAt } = await h.db.run.findUniqueOrThrow({ where: { id: runId } });
			return endedAt ? state : undefined;
		},
		async () => JSON.stringify(await h.db.run.findUnique({ where: { id: runId }, select: { state: true, waiting: true, result: true } })),
		500,
	);
}

describe("a run that the console does not know", () => {
	it("is shown with its deadline, adopted and committed, and can be rolled back as any other", async () => {
		const node = fleet.node("node1");
		const runId = await leaveBehind(node);
		await withHarness({}, async (h) => {
			const [left, ...more] = await h.engine.adoption.look(node.name);
			expect(more).toEqual([]);
			expect(left).toMatchObject({ runId, state: "verified", console: "fleet-console", foreign: false, choices: ["keep", "go-back"] });
			expect(left?.revertInS).toBeGreaterThan(60);
			// Nothing new begins on the node while it is undecided.
			const blocked = await h.draft([node.name], "rollback");
			expect(await h.db.run.findFirstOrThrow({ where: { migrationId: blocked } })).toMatchObject({ state: "skipped" });
			await h.engine.adoption.adopt(node.name, runId, "keep", ANN);
			expect(await ended(h, runId)).toBe("done");
			const run = await h.db.run.findUniqueOrThrow({ where: { id: runId } });
			expect(run).toMatchObject({ verified: "cluster", cordonedByUs: false, result: { code: "run.done" } });
			expect(await node.must(`cat ${runDir(runId)}/final`)).toBe("committed\n");
			expect(await node.status()).toMatchObject({ ready: true, unschedulable: false, runtime: expect.stringMatching(/^containerd:/) });
			expect(await h.engine.adoption.look(node.name)).toEqual([]);

			const back = await h.draft([node.name], "rollback", { drain: { enabled: false } });
			await h.engine.change.start(back, "tester");
			expect(await h.ended(back, 240_000)).toBe("done");
			await node.waitReady({ runtime: "docker://" });
		});
	});

	it("of another console is taken back by a second one, and the first is refused and told whose it is", async () => {
		const node = fleet.node("node2");
		const runId = await leaveBehind(node);
		const fence = Number((await node.must("cat /var/lib/gantry/owner")).split(" ")[1]);
		await withHarness({ consoleId: "other-console" }, async (h) => {
			expect(await h.engine.adoption.look(node.name)).toMatchObject([
				{ runId, console: "fleet-console", foreign: true, state: "verified" },
			]);
			const session = await openSession(node);
			// Without a higher number the second console is refused, and told who holds the node.
			await expect(takeOwnership(session, runId, { consoleId: "other-console", fence })).rejects.toMatchObject({
				code: "remote.locked-by",
				values: { console: "fleet-console", run: runId, fence: String(fence) },
			});
			await h.engine.adoption.adopt(node.name, runId, "go-back", ANN);
			await expect(commit(session, runId, { consoleId: "fleet-console", fence })).rejects.toMatchObject({
				code: "remote.locked-by",
				values: { console: "other-console", run: runId },
			});
			session.close();
			expect(await ended(h, runId)).toBe("reverted");
			expect(await node.must(`cat ${runDir(runId)}/final`)).toBe("reverted\n");
			await node.waitReady({ runtime: "docker://" });
			expect((await node.status())?.unschedulable).toBe(false);
			// Nothing of it stands in the way of the next.
			const again = await h.draft([node.name], "migrate");
			const { state, findings } = await h.db.run.findFirstOrThrow({ where: { migrationId: again } });
			expect([state, (findings as { severity: string }[]).filter(({ severity }) => severity === "block")]).toEqual(["queued", []]);
		});
	});
});
