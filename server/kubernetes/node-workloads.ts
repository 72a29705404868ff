import type { Policy } from "../../lib/contracts/plan.ts";
import type { NodeWorkloads } from "../../lib/contracts/workload.ts";
import { type BudgetRow, countsPod } from "./budget-row.ts";
import { planDrain } from "./drain-plan.ts";
import { podOwnerKey } from "./pod-owner-key.ts";
import { isFinished, type PodRow } from "./pod-row.ts";
import type { NodeVolumeRow } from "./volume-row.ts";

type Moves = NodeWorkloads["moves"];
type Refused = NodeWorkloads["refused"];

export interface NodePods {
	pods: readonly PodRow[];
	/** The node's label kubernetes.io/hostname. */
	hostname: string;
	budgets: readonly BudgetRow[];
	volumes: readonly NodeVolumeRow[];
	policy: Pick<Policy["drain"], "deleteEmptyDir" | "force">;
}

/** What a drain does with a node's pods, by who makes them anew; those that something holds come first. Pure. */
export function nodeWorkloads({ pods, hostname, budgets, volumes, policy }: NodePods): Pick<NodeWorkloads, "moves" | "refused" | "stays"> {
	const plan = planDrain(pods, policy);
	const here = new Set(volumes.filter((volume) => volume.hostnames.every((each) => each === hostname)).map(({ claim }) => claim));
	const moves = new Map<string, Moves[number]>();
	for (const pod of plan.evict) {
		const key = podOwnerKey(pod);
		const move = moves.get(key) ?? { ...ownerOf(key), pods: 0, heldBy: [], pinnedBy: [], emptyDir: 0 };
		moves.set(key, move);
		move.pods += 1;
		if (pod.emptyDirs.length > 0) move.emptyDir += 1;
		const held = budgets.filter((budget) => countsPod(budget, pod) && !(budget.observed && budget.disruptionsAllowed > 0));
		move.heldBy = merged(
			move.heldBy,
			held.map(({ name }) => name),
		);
		move.pinnedBy = merged(
			move.pinnedBy,
			pod.claims.filter((claim) => here.has(`${pod.namespace}/${claim}`)),
		);
	}
	const refused = new Map<string, Refused[number]>();
	for (const { pod, why } of plan.blocked) {
		const key = podOwnerKey(pod);
		const one = refused.get(`${why} ${key}`) ?? { ...ownerOf(key), pods: 0, why };
		refused.set(`${why} ${key}`, one);
		one.pods += 1;
	}
	const weight = ({ heldBy, pinnedBy }: Moves[number]) => (pinnedBy.length > 0 ? 0 : heldBy.length > 0 ? 1 : 2);
	return {
		moves: [...moves.values()].sort((one, other) => weight(one) - weight(other) || byName(one, other)),
		refused: [...refused.values()].sort(byName),
		stays: plan.skip.filter(({ pod }) => !isFinished(pod)).length,
	};
}

function merged(known: string[], more: readonly string[]): string[] {
	return [...new Set([...known, ...more])].sort();
}

/** `namespace/kind/name`; a name has no slash. */
function ownerOf(key: string): { namespace: string; kind: string; name: string } {
	const [namespace = "", kind = "", name = ""] = key.split("/");
	return { namespace, kind, name };
}

function byName(one: { namespace: string; name: string }, other: { namespace: string; name: string }): number {
	return one.namespace.localeCompare(other.namespace) || one.name.localeCompare(other.name);
}
