import type { Message } from "../../lib/contracts/finding.ts";
import type { DrainPlan } from "./drain-plan.ts";
import { KubernetesError } from "./error.ts";
import type { EvictionBlocked } from "./eviction.ts";
import { podLabel } from "./pod-row.ts";

/** A pod that still keeps the drain waiting, and what keeps it. Times are milliseconds since 1970. */
export interface DrainingPod {
	namespace: string;
	name: string;
	uid: string;
	/** `leaving`: told to go, its node has not ended it yet. `busy`: the server could not answer. */
	why: "pending" | "leaving" | "busy" | EvictionBlocked["why"];
	/** Empty unless `why` is "budget". */
	budget: string;
	/** What the server said; empty where it said nothing. */
	message: string;
	/** Since when `why` holds. */
	sinceMs: number;
	/** Evictions asked for in this drain. */
	attempts: number;
}

/** Where a drain stands. Holds all it takes to go on after a restart: see `DrainOptions.resume`. */
export interface DrainProgress {
	node: string;
	startedAtMs: number;
	done: number;
	total: number;
	pods: DrainingPod[];
	/** The sentence to show: `drain.evicting`, `drain.blocked`, `drain.leaving`, `drain.unreachable` or `drain.done`, with its values. */
	message: Message;
}

/** The sentence that says best why a drain waits: budgets first, for a person can do something about these. Pure. */
export function drainMessage(done: number, total: number, pods: readonly DrainingPod[]): Message {
	const counts = { done, total };
	if (pods.length === 0) return { code: "drain.done", values: counts };
	const held = pods.filter((pod) => pod.why !== "pending" && pod.why !== "leaving").sort((a, b) => a.sinceMs - b.sinceMs);
	const first = held[0];
	if (first !== undefined) {
		const { why, budget, sinceMs, message: reason } = first;
		return { code: "drain.blocked", values: { ...counts, pod: podLabel(first), why, budget, reason, sinceMs, others: held.length - 1 } };
	}
	const leaving = pods.filter((pod) => pod.why === "leaving").sort((a, b) => a.sinceMs - b.sinceMs);
	const slowest = leaving[0];
	if (slowest !== undefined && leaving.length === pods.length) {
		return { code: "drain.leaving", values: { ...counts, pod: podLabel(slowest), sinceMs: slowest.sinceMs, others: leaving.length - 1 } };
	}
	return { code: "drain.evicting", values: counts };
}

/** The drain did not end in time; `remaining` says which pods it waited for and what kept them. */
export class DrainTimeoutError extends KubernetesError {
	readonly remaining: readonly DrainingPod[];

	constructor(node: string, timeoutS: number, done: number, total: number, remaining: readonly DrainingPod[], cause?: unknown) {
		const budgets = [...new Set(remaining.filter((pod) => pod.budget !== "").map((pod) => `${pod.namespace}/${pod.budget}`))];
		const values = { node, timeoutS, done, total, pods: listed(remaining.map(podLabel)), budgets: listed(budgets) };
		super("drain.timeout", values, { cause });
		this.remaining = remaining;
	}
}

/** The policy forbids to lose some pods of the node; nothing was evicted because of them. */
export class DrainRefusedError extends KubernetesError {
	readonly blocked: DrainPlan["blocked"];

	constructor(node: string, blocked: DrainPlan["blocked"]) {
		super("drain.refused", { node, count: blocked.length, pods: listed(blocked.map(({ pod }) => podLabel(pod))) });
		this.blocked = blocked;
	}
}

function listed(names: readonly string[]): string {
	const shown = names.slice(0, 10).join(", ");
	return names.length > 10 ? `${shown}, +${names.length - 10}` : shown;
}
