import { expect, it } from "vitest";
import { migrationStateSchema, runStateSchema } from "../../lib/contracts/run.ts";
import { FINAL_RUN_STATES, OUT_RUN_STATES } from "../../lib/run-states.ts";
import {
	CALLED_BACK,
	ENDED,
	EVERY_MIGRATION_STATE,
	EVERY_RUN_STATE,
	MIGRATION_FOLLOWS,
	OUT,
	RUN_FOLLOWS,
	WORKED_ON,
} from "./testing/model/tables.ts";
import { CANCELLABLE, CLAIMABLE, isFinal, mayBecome, migrationMayBecome } from "./transitions.ts";

it("knows the states that the model knows, and no others", () => {
	expect([...runStateSchema.options].sort()).toEqual([...EVERY_RUN_STATE].sort());
	expect([...migrationStateSchema.options].sort()).toEqual([...EVERY_MIGRATION_STATE].sort());
	expect([...FINAL_RUN_STATES].sort()).toEqual([...ENDED].sort());
	expect([...OUT_RUN_STATES].sort()).toEqual([...OUT].sort());
	expect([...CLAIMABLE].sort()).toEqual([...WORKED_ON].sort());
	expect([...CANCELLABLE].sort()).toEqual([...CALLED_BACK].sort());
});

it("lets every state of a run become what the model lets it become, and nothing else", () => {
	for (const from of runStateSchema.options) {
		expect(
			runStateSchema.options.filter((to) => mayBecome(from, to)),
			from,
		).toEqual(runStateSchema.options.filter((to) => (RUN_FOLLOWS[from] as readonly string[]).includes(to)));
	}
});

it("lets every state of a migration become what the model lets it become, and nothing else", () => {
	for (const from of migrationStateSchema.options) {
		expect(
			migrationStateSchema.options.filter((to) => migrationMayBecome(from, to)),
			from,
		).toEqual(migrationStateSchema.options.filter((to) => (MIGRATION_FOLLOWS[from] as readonly string[]).includes(to)));
	}
});

it("lets no run go on that has ended, but for one whose node tells after all how it ended", () => {
	const goesOn = runStateSchema.options.flatMap((from) =>
		isFinal(from) ? runStateSchema.options.filter((to) => mayBecome(from, to)).map((to) => [from, to]) : [],
	);
	expect(goesOn).toEqual([
		["revert-failed", "done"],
		["revert-failed", "reverted"],
	]);
});
