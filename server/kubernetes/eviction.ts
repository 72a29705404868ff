import { isKubernetesError, KubernetesError } from "./error.ts";
import { ApiRefusal } from "./status-error.ts";

/** Versions of policy whose Eviction we can send, the newest first; v1.20 and v1.21 know v1beta1 alone. */
const EVICTION_VERSIONS = ["v1", "v1beta1"] as const;
export type EvictionVersion = (typeof EVICTION_VERSIONS)[number];

export interface EvictionTarget {
	namespace: string;
	name: string;
	/** A pod made anew under the same name (StatefulSet) is another pod: it is never evicted in place of this one. */
	uid: string;
}

/** `evicted`: it was told to go. `gone`: it is not there (any more), or another pod bears its name. */
export type EvictionResult = { result: "evicted" } | { result: "gone" } | EvictionBlocked;

export interface EvictionBlocked {
	result: "blocked";
	/**
	 * `budget`: it allows no more now. `several-budgets`: the server refuses such pods until a person changes the budgets.
	 * `namespace-ending`: the server is removing it with its namespace.
	 */
	why: "budget" | "several-budgets" | "namespace-ending";
	/** The budget's name; empty where the server does not tell. */
	budget: string;
	/** What the server said. */
	message: string;
}

interface ResourceEntry {
	name: string;
	group?: string;
	version?: string;
}

/** Which Eviction the server takes, from its resources below `/api/v1`. Throws `cluster.no-eviction`. Pure. */
export function evictionVersion(server: string, resources: readonly ResourceEntry[]): EvictionVersion {
	const entry = resources.find((resource) => resource.name === "pods/eviction" && (resource.group ?? "policy") === "policy");
	const version = EVICTION_VERSIONS.find((known) => known === entry?.version);
	if (version === undefined) throw new KubernetesError("cluster.no-eviction", { server });
	return version;
}

/** The Eviction to send. `gracePeriodS` null = the pod's own. Pure. */
export function evictionBody(version: EvictionVersion, pod: EvictionTarget, gracePeriodS: number | null) {
	return {
		apiVersion: `policy/${version}`,
		kind: "Eviction",
		metadata: { name: pod.name, namespace: pod.namespace },
		deleteOptions: { preconditions: { uid: pod.uid }, ...(gracePeriodS === null ? {} : { gracePeriodSeconds: gracePeriodS }) },
	};
}

/** What a failed eviction means; errors that are no answer about this pod are thrown on. Pure. */
export function evictionOutcome(error: unknown): EvictionResult {
	// Not found: it ended meanwhile. A conflict about its uid: a new pod took the name.
	if (isKubernetesError(error, "cluster.not-found")) return { result: "gone" };
	if (!(error instanceof ApiRefusal)) throw error;
	const message = error.apiStatus?.message ?? "";
	const causes = error.apiStatus?.details?.causes ?? [];
	if (error.code === "cluster.conflict" && /\buid\b/i.test(message)) return { result: "gone" };
	const byBudget = causes.find((cause) => cause.reason === "DisruptionBudget");
	if (error.status === 429 && (byBudget !== undefined || /disruption budget/i.test(message))) {
		const told = byBudget?.message || message;
		return { result: "blocked", why: "budget", budget: budgetName(told), message: told };
	}
	if (error.status === 500 && /more than one PodDisruptionBudget/.test(message)) {
		return { result: "blocked", why: "several-budgets", budget: "", message };
	}
	if (error.status === 403 && causes.some((cause) => cause.reason === "NamespaceTerminating")) {
		return { result: "blocked", why: "namespace-ending", budget: "", message };
	}
	throw error;
}

/** The API names the budget in its sentence alone: `The disruption budget web needs 2 healthy pods and has 2 currently`. */
function budgetName(message: string): string {
	return /[Dd]isruption budget "?([a-z0-9][-a-z0-9.]*[a-z0-9]|[a-z0-9])"? (?:needs|is|has|does|requires)/.exec(message)?.[1] ?? "";
}
