import type { MigrationProgress } from "./contracts/overview.ts";

const NAMES = ["done", "failed", "running", "blocked", "unknown", "ended"] as const;

/** A part of a migration's bar, in nodes; what waits is the rest of it. */
export interface ProgressPart {
	name: (typeof NAMES)[number];
	from: number;
	count: number;
}

/** The parts of a migration's bar, one after the other. Pure. */
export function progressParts(progress: Pick<MigrationProgress, ProgressPart["name"]>): ProgressPart[] {
	let from = 0;
	return NAMES.map((name) => {
		const part = { name, from, count: progress[name] };
		from += part.count;
		return part;
	});
}
