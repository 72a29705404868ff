import { expect, it } from "vitest";
import { claim } from "./leases.ts";
import { testDatabase } from "./testing/migrations.ts";
import { planRequest, testNodes, testPlanning } from "./testing/plans.ts";

it("begins above the number that the node has seen, whatever this database remembers (rule 21)", async () => {
	const db = await testDatabase();
	const now = () => new Date();
	const names = await testNodes(db, "node1");
	const planning = testPlanning(db, {
		consoleId: "console-b",
		now,
		// A run that came to its end under a console whose database is gone.
		change: ({ gantry }) =>
			Object.assign(gantry, {
				lockOwner: "console-a 41 abcdefgh01",
				runs: [{ id: "abcdefgh01", decision: "commit", final: "committed" }],
			}),
	});
	const id = await planning.draft(planRequest(names, { withoutApi: true }));
	const run = await db.run.findFirstOrThrow({ where: { migrationId: id } });
	expect(run.fence).toBe(41);
	expect((await claim(db, run.id, ["queued", "skipped"], now))?.fence).toBe(42);
});
