import fc from "fast-check";
import { expect, it } from "vitest";
import { testDatabase } from "./testing/migrations.ts";
import { anyBeginning, anyLife, type Reached } from "./testing/model/commands.ts";
import { System } from "./testing/model/system.ts";
import { newWorld } from "./testing/model/world.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

/** An eighth each, so that a machine with much else to do has time enough for each. */
it.each([1, 2, 3, 4, 5, 6, 7, 8])(
	"does what the model says, whatever workers, people, coordinators and clocks do, in whichever order (%i)",
	async () => {
		const db = await testDatabase();
		const reached: Reached = new Map();
		await fc.assert(
			fc.asyncProperty(anyLife(reached), anyBeginning, (life, beginning) =>
				fc.asyncModelRun(async () => {
					const model = newWorld(beginning, NOW_MS);
					return { model, real: await System.of(db, model) };
				}, life),
			),
			{ numRuns: 25 },
		);
		for (const outcome of ["ok", "fence", "not free", "engine.lease-lost", "engine.transition-refused", "migration.wrong-state"])
			expect(reached.get(outcome) ?? 0, outcome).toBeGreaterThan(0);
	},
);
