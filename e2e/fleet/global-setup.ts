import type { TestProject } from "vitest/node";
import { bringUp, down } from "./fleet.ts";

const NAME = "tests";

/**
 * Brings the shared fleet up before the first test file and takes it down after the last. `GANTRY_FLEET` names a fleet
 * that is up already and is left alone: tests then start at once.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const given = process.env.GANTRY_FLEET;
	project.provide("fleet", given ?? NAME);
	if (given) return async () => {};
	// A run that was killed left its fleet behind.
	await down(NAME);
	await bringUp({ nodes: 3, name: NAME, progress: (line) => process.stderr.write(`fleet: ${line}\n`) });
	return () => down(NAME);
}
