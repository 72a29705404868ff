import { GANTRY_DIR, runDir } from "../plan/layout.ts";

/** Variables that every script about one run begins with. Throws RangeError where the id could not be part of a path. */
export function runValues(runId: string): { base: string; run: string; dir: string } {
	return { base: GANTRY_DIR, run: runId, dir: runDir(runId) };
}
