/** What a migration that runs says, by code, while a gate keeps its next node in or keeps it from its end. */
export const GATE_WORDS: readonly string[] = [
	"migration.waiting-for-pods",
	"migration.pods-unknown",
	"migration.pods-before-end",
	"migration.pods-unknown-before-end",
	"migration.waiting-for-control-plane",
	"run.waiting-for-cluster",
];
