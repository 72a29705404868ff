import type { Fleet, FleetNode } from "../../fleet/fleet.ts";
import type { Case } from "../case.ts";
import { allCases, type Reference, type Wanted } from "../cases.ts";
import { type Fault, faultName } from "../fault.ts";
import type { Moment } from "../moments.ts";
import { SCENARIOS, type Scenario } from "../scenario.ts";
import { pinned } from "./cluster-hands.ts";
import { type RealResult, runCase } from "./run-case.ts";

export const FLEET = "faults";
/** What the fleet's nodes are. */
const SHAPE = "bookworm";

export type RealOutcome = RealResult | { case: Case; error: string };

/** A pod that stays and one that is evicted, on every node. */
export async function prepareFleet(fleet: Fleet): Promise<void> {
	await fleet.deploy({ name: "agent", kind: "DaemonSet" });
	for (const node of fleet.nodes) {
		await fleet.kubectl(["label", "--overwrite", "node", node.name, `faults.example.com/node=${node.name}`]);
		await fleet.deploy({ name: pinned(node), replicas: 1, nodeSelector: { "faults.example.com/node": node.name } });
	}
}

/** Every fault at every boundary that a run passes where nothing goes wrong; those runs are made first, and have to end well. */
export async function realCases(fleet: Fleet, folder: string, seed: number, faults: readonly Fault[], wanted: Wanted): Promise<Case[]> {
	const scenarios = SCENARIOS.filter((scenario) => !wanted.scenario || scenario === wanted.scenario);
	const references: Reference[] = [];
	const left = [...scenarios];
	await onNodes(fleet, async (node, lend) => {
		for (let scenario = left.shift(); scenario; scenario = left.shift()) {
			await lend();
			references.push({ scenario, shape: SHAPE, moments: await referenceOf(fleet, node, folder, seed, scenario) });
		}
	});
	references.sort((a, b) => scenarios.indexOf(a.scenario) - scenarios.indexOf(b.scenario));
	return allCases(seed, faults, references, wanted);
}

async function referenceOf(fleet: Fleet, node: FleetNode, folder: string, seed: number, scenario: Scenario): Promise<Moment[]> {
	const given: Case = { seed, fault: "none", scenario, shape: SHAPE, moment: { step: "", edge: "begin" } };
	const { judgement, passed } = await runCase(fleet, node, folder, given, null);
	if (judgement.broken.length > 0)
		throw new Error(`${scenario} breaks the promise where nothing goes wrong: ${judgement.broken.join("; ")}`);
	return passed.map(({ step, edge }) => ({ step, edge }));
}

/** Runs cases as `next` gives them out on all nodes of the fleet at once, each on a node that is as new; tells of each as it ends. */
export async function runRealCases(
	fleet: Fleet,
	folder: string,
	next: () => Case | undefined,
	faults: readonly Fault[],
	onEnd: (outcome: RealOutcome) => void,
): Promise<void> {
	const byName = new Map(faults.map((fault) => [faultName(fault), fault]));
	await onNodes(fleet, async (node, lend) => {
		for (let drawn = next(); drawn; drawn = next()) {
			const given = drawn;
			try {
				await lend();
				onEnd(await runCase(fleet, node, folder, given, byName.get(given.fault) ?? null));
			} catch (error) {
				onEnd({ case: given, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
			}
		}
	});
}

/** Works on all nodes at once; `lend` gives the node back as new, but for the first time, when it is. */
async function onNodes(fleet: Fleet, work: (node: FleetNode, lend: () => Promise<void>) => Promise<void>): Promise<void> {
	await Promise.all(
		fleet.nodes.map((node) =>
			work(node, async () => {
				if (!used.has(node.name)) {
					used.add(node.name);
					return;
				}
				await fleet.reset(node.name);
				await fleet.kubectl(["label", "--overwrite", "node", node.name, `faults.example.com/node=${node.name}`]);
				await fleet.waitRunning(pinned(node), 1);
			}),
		),
	);
}

/** A fleet that was left up by a run before is not as new. */
const used = new Set<string>();
