import type { Case } from "../case.ts";
import { type Moment, momentName, type Passed } from "../moments.ts";
import { calledBackAt, directionOf, type Scenario } from "../scenario.ts";
import type { Runtime } from "../truth.ts";

/** What is done to the node at a boundary, and once more when all is over. */
export const SHOCKS = ["node/reboot", "node/power-cut"] as const;
export type Shock = (typeof SHOCKS)[number];

/** A boundary of a scenario at which the node goes down. */
export interface Stop {
	scenario: Scenario;
	moment: Moment;
	/**
	 * What the node must end on; null before the cutover, where a run may end without it or go on after the boot, and at the end of the
	 * cutover's script, where nobody waits and the commit may come before the node is down.
	 */
	mustEndOn: Runtime | null;
}

export interface RebootCase extends Stop {
	given: Case & { fault: Shock };
}

/** What a run passed where nothing went wrong. */
export interface Walk {
	scenario: Scenario;
	passed: readonly Passed[];
}

/** What fits less and less into the time that there is: over, its ways back, then the way to Docker and its own. */
const ORDER = [
	"migrate",
	"migrate-going-back",
	"migrate-cleaning",
	"rollback",
	"rollback-going-back",
	"rollback-cleaning",
	"migrate-booting-back",
	"rollback-booting-back",
] as const satisfies readonly Scenario[];
/** The first step of the cutover: from here on a run that is cut short goes no further. */
const CUTOVER = "begin compare-files";
const COMMITTED = "end commit";

/**
 * Boundaries that differ on the node, in their order: a step that begins where another has just ended, in the same script or in the
 * console, begins on the same node as that one left.
 */
export function stopsOf({ scenario, passed }: Walk): Stop[] {
	const names = passed.map(momentName);
	const committed = names.indexOf(COMMITTED);
	const cutover = names.indexOf(CUTOVER);
	const back = calledBackAt(scenario);
	const [before, after]: readonly [Runtime, Runtime] =
		directionOf(scenario) === "migrate" ? ["docker", "containerd"] : ["containerd", "docker"];
	const stops: Stop[] = [];
	for (const [at, { step, edge, where }] of passed.entries()) {
		const last = passed[at - 1];
		if (edge === "begin" && last?.edge === "end" && last.where === where && isWayBack(last) === isWayBack({ step })) continue;
		if (names.indexOf(names[at] ?? "") < at || (back !== null && !isWayBack({ step }))) continue;
		const over = edge === "end" && where === "node" && passed[at + 1]?.where === "console";
		const mustEndOn = back ? before : committed >= 0 && at >= committed ? after : cutover >= 0 && at >= cutover && !over ? before : null;
		stops.push({ scenario, moment: { step, edge }, mustEndOn });
	}
	return stops;
}

const isWayBack = ({ step }: { step: string }) => step.startsWith("revert:");

/** Every boundary with each of both, the most telling scenarios first. */
export function rebootCases(seed: number, shape: Case["shape"], walks: readonly Walk[]): RebootCase[] {
	const ordered = walks.toSorted((a, b) => ORDER.indexOf(a.scenario) - ORDER.indexOf(b.scenario));
	return ordered.flatMap(stopsOf).flatMap((stop) =>
		SHOCKS.map((fault) => ({
			...stop,
			given: { seed, fault, scenario: stop.scenario, shape, moment: stop.moment },
		})),
	);
}

/** Takes the next case off the list for a node on `runtime`: the first one that begins there, else the first one at all. */
export function takeFor<T extends { scenario: Scenario }>(left: T[], runtime: Runtime): T | undefined {
	const fits = left.findIndex(({ scenario }) => beginsOn(scenario) === runtime);
	return left.splice(Math.max(fits, 0), 1)[0];
}

/** What a node runs before that scenario. */
export function beginsOn(scenario: Scenario): Runtime {
	return directionOf(scenario) === "migrate" ? "docker" : "containerd";
}
