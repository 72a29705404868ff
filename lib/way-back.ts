import type { MigrationView } from "./contracts/run.ts";

/** The migration by which the nodes of this one went back as a batch, because too many had failed; null where none did. */
export function wayBackOf({ stateWhy }: Pick<MigrationView, "stateWhy">): string | null {
	return stateWhy?.code === "migration.rolled-back" ? String(stateWhy.values["migration"]) : null;
}
