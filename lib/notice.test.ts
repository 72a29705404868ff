import { describe, expect, it } from "vitest";
import type { MigrationView } from "./contracts/run.ts";
import { migrationNotice, runNeeds, runNotice } from "./notice.ts";
import { migrationView } from "./testing/migration-view.ts";
import { runView } from "./testing/run-view.ts";

const why = (code: string) => ({ code, values: {} });
const running = migrationView();

describe("of a migration that ran", () => {
	it.each([
		[{ state: "done" }, "done"],
		[{ state: "done-with-failures" }, "done-with-failures"],
		[{ state: "cancelled" }, "cancelled"],
		[{ state: "held", stateWhy: why("migration.failed") }, "held"],
		[{ state: "held", stateWhy: why("migration.rolling-back") }, undefined],
		[{ state: "paused", stateWhy: why("migration.canary-ended") }, "canary-ended"],
		[{ state: "paused", stateWhy: why("migration.approval-void") }, "approval-void"],
		[{ state: "paused", stateWhy: why("migration.paused") }, undefined],
		[{ state: "stopping" }, undefined],
		[{ state: "running" }, undefined],
	] as [Partial<MigrationView>, string | undefined][])("%j is told as %s", (change, code) => {
		expect(migrationNotice(running, migrationView(change))?.code).toBe(code);
	});

	it("is told with its name and where to go", () => {
		expect(migrationNotice(running, migrationView({ state: "done" }))).toMatchObject({
			values: { migration: "CHG-1", cluster: "prod" },
			href: "/migrations/m1",
		});
	});
});

it("is told once, and not by whoever did not know how it was", () => {
	const done = migrationView({ state: "done" });
	expect(migrationNotice(undefined, done)).toBeNull();
	expect(migrationNotice(done, { ...done, stateWhy: why("migration.rolled-back") })).toBeNull();
	const asked = migrationView({ state: "paused", stateWhy: why("migration.canary-ended") });
	expect(migrationNotice(asked, asked)).toBeNull();
	expect(migrationNotice(asked, { ...asked, stateWhy: why("migration.control-plane-next") })?.code).toBe("control-plane-next");
});

it("tells of a draft only where its start was missed", () => {
	const scheduled = migrationView({ state: "scheduled" });
	expect(migrationNotice(scheduled, migrationView({ state: "draft", stateWhy: why("migration.unscheduled") }))).toBeNull();
	expect(migrationNotice(scheduled, migrationView({ state: "draft", stateWhy: why("migration.schedule-missed") }))?.code).toBe(
		"schedule-failed",
	);
});

it("tells of a node when it begins to need somebody", () => {
	const draining = runView({ state: "draining" });
	const blocked = runView({ state: "draining", waiting: why("drain.blocked"), nodeName: "node 7" });
	expect(runNotice(runNeeds(draining), blocked)).toMatchObject({ code: "drain-blocked", href: "/migrations/m1?node=node%207" });
	expect(runNotice(runNeeds(blocked), blocked)).toBeNull();
	expect(runNotice(undefined, blocked)).toBeNull();
	expect(runNotice(null, runView({ state: "revert-failed" }))?.code).toBe("hands");
	expect(runNotice(null, runView({ state: "reverted" }))).toBeNull();
	const held = runView({ state: "verifying", hold: "held" });
	expect(runNotice(runNeeds({ ...held, hold: null }), held)).toMatchObject({ code: "node-held", href: "/migrations/m1?node=node1" });
	expect(runNotice(runNeeds(held), held)).toBeNull();
	expect(runNotice(runNeeds(held), { ...held, hold: "looking-again" })).toBeNull();
});
