import type { AuditAction } from "../../../lib/audit-record.ts";
import type { Commit } from "../../../server/db/commit.ts";
import { MigrationChangeError } from "../../../server/engine/change-error.ts";
import type { PersonHands } from "../world.ts";
import type { ConsoleProcess } from "./console-process.ts";
import type { Stage } from "./stage.ts";

const NAME = "ann";
const PERSON = { id: NAME, name: NAME, address: null };

/** How a console writes what this person decides about the migration: with its line in the audit, as a route does. */
export function onRecord({ audit }: ConsoleProcess, migrationId: string, action: AuditAction): Commit<unknown[]> {
	const target = { kind: "migration" as const, id: migrationId, name: "" };
	// Of a retry the number of its nodes.
	return (writes, came) =>
		audit.commit(writes, [{ actor: PERSON, action, target, values: typeof came === "number" ? { count: came } : {} }]);
}

/** A person at whatever console runs. What is refused by name, because the migration is elsewhere by now, is an answer and no failure. */
export function personHands(stage: Stage, migrationId: string): PersonHands {
	const press = async (action: AuditAction, button: (engine: ConsoleProcess["engine"], commit: Commit<unknown[]>) => Promise<unknown>) => {
		const { console } = stage;
		try {
			await button(console.engine, onRecord(console, migrationId, action));
		} catch (error) {
			if (!(error instanceof MigrationChangeError)) throw error;
		}
	};
	return {
		cancel: () => press("migration.cancel", ({ change }, commit) => change.cancel(migrationId, NAME, "", commit)),
		pause: () => press("migration.pause", ({ change }, commit) => change.pause(migrationId, NAME, commit)),
		resume: () => press("migration.resume", ({ change }, commit) => change.resume(migrationId, NAME, NAME, { why: "seen", commit })),
		async retry() {
			// Whichever button the page has for the node: one that was called back before it went out never started.
			for (const [which, action] of [
				["failed", "migration.retry"],
				["not-started", "migration.start-rest"],
			] as const)
				await press(action, ({ change, planning }, commit) =>
					change.tryAgain(migrationId, which, NAME, (run) => planning.again(migrationId, run), "", commit),
				);
		},
	};
}
