import { setTimeout as delay } from "node:timers/promises";
import type { ClusterApi } from "./cluster-api.ts";
import { type DrainPolicy, planDrain } from "./drain-plan.ts";
import { type DrainingPod, type DrainProgress, DrainRefusedError, DrainTimeoutError, drainMessage } from "./drain-progress.ts";
import { isKubernetesError, KubernetesError } from "./error.ts";
import type { PodRow } from "./pod-row.ts";

/** A node's pods are looked at this often; kubectl does it once a second. */
const ROUND_MS = 2_000;
const FIRST_BACK_OFF_MS = 2_000;
const LAST_BACK_OFF_MS = 10_000;
/** Evictions under way at once, for one node. */
const EVICTIONS_AT_ONCE = 5;

export interface DrainOptions {
	/** Called when something changed since the last call. */
	onProgress?: (progress: DrainProgress) => void;
	/** Ends the drain with `cluster.aborted`; pods already told to go still go. */
	signal?: AbortSignal;
	/** Milliseconds since 1970. */
	now: () => number;
	/** Waits; must reject when the signal fires. Default: a timer. */
	wait?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
	/** The last progress of the drain that this one goes on with: its limit and its counts start there. */
	resume?: Pick<DrainProgress, "startedAtMs" | "total">;
	/** Limit of each call to the API, in milliseconds. */
	callTimeoutMs?: number;
}

type DrainApi = Pick<ClusterApi, "getNode" | "podsOnNode" | "evict">;

/**
 * Evicts every pod of a cordoned node that is not to stay, and waits until they are gone. Only ever asks for
 * evictions: disruption budgets decide, and a pod is never deleted. Everything it decides by is read from the API
 * anew each round, so that a drain cut short is simply called again. An API out of reach is waited for, within the limit.
 *
 * Throws DrainRefusedError before the first eviction where the policy forbids to lose a pod, DrainTimeoutError past
 * `policy.timeoutS`, `drain.not-cordoned` as soon as the node takes new pods, and KubernetesError where the API refuses.
 */
export async function drainNode(api: DrainApi, node: string, policy: DrainPolicy, options: DrainOptions): Promise<DrainProgress> {
	const drain = new Drain(node, policy, options);
	const wait = options.wait ?? ((ms, signal) => delay(ms, undefined, { signal }));
	for (;;) {
		if (options.signal?.aborted) throw aborted(options.signal);
		const pauseMs = await drain.round(api);
		if (pauseMs === null) return drain.progress();
		try {
			await wait(pauseMs, options.signal);
		} catch (error) {
			throw options.signal?.aborted ? aborted(options.signal) : error;
		}
	}
}

function aborted(signal: AbortSignal): KubernetesError {
	return new KubernetesError("cluster.aborted", {}, { cause: signal.reason });
}

/** One drain's account of what it saw: what to show and when to ask again, never what is true of the cluster. */
class Drain {
	readonly #node: string;
	readonly #policy: DrainPolicy;
	readonly #options: DrainOptions;
	readonly #startedAtMs: number;
	readonly #pods = new Map<string, DrainingPod & { nextAtMs: number }>();
	readonly #seen = new Set<string>();
	/** Pods gone before a restart; known at the first look. */
	#before: number | null = null;
	#unreachable: { error: KubernetesError; sinceMs: number } | null = null;
	#reported = "";

	constructor(node: string, policy: DrainPolicy, options: DrainOptions) {
		this.#node = node;
		this.#policy = policy;
		this.#options = options;
		this.#startedAtMs = options.resume?.startedAtMs ?? options.now();
	}

	/** One look at the node and the evictions that are due. Milliseconds until the next one, or null when all are gone. */
	async round(api: DrainApi): Promise<number | null> {
		const { signal, callTimeoutMs: timeoutMs } = this.#options;
		try {
			const node = await api.getNode(this.#node, { signal, timeoutMs });
			// Whoever made it schedulable again gets it back: evicted pods would return, and be evicted, for ever.
			if (!node.unschedulable) throw new KubernetesError("drain.not-cordoned", { node: this.#node });
			const plan = planDrain(await api.podsOnNode(this.#node, { signal, timeoutMs }), this.#policy);
			if (plan.blocked.length > 0) throw new DrainRefusedError(this.#node, plan.blocked);
			this.#unreachable = null;
			this.#take(plan.evict);
		} catch (error) {
			if (!isKubernetesError(error) || !error.retryable) throw error;
			this.#unreachable = { error, sinceMs: this.#unreachable?.sinceMs ?? this.#options.now() };
		}
		this.#report();
		if (this.#unreachable === null && this.#pods.size === 0) return null;
		this.#checkTime();
		if (this.#unreachable === null) {
			await this.#evictDue(api);
			this.#report();
		}
		return Math.max(0, Math.min(ROUND_MS, this.#deadlineMs() - this.#options.now()));
	}

	progress(): DrainProgress {
		const pods = [...this.#pods.values()].map(({ nextAtMs: _, ...pod }) => pod);
		const total = (this.#before ?? 0) + this.#seen.size;
		const done = total - pods.length;
		const { error, sinceMs } = this.#unreachable ?? {};
		const message =
			error === undefined || sinceMs === undefined
				? drainMessage(done, total, pods)
				: { code: "drain.unreachable", values: { done, total, sinceMs, reason: error.code } };
		return { node: this.#node, startedAtMs: this.#startedAtMs, done, total, pods, message };
	}

	/** Takes over what the API shows. By uid: a pod made anew under an old name is a new pod. */
	#take(evict: readonly PodRow[]): void {
		const nowMs = this.#options.now();
		const there = new Set(evict.map((pod) => pod.uid));
		for (const uid of this.#pods.keys()) if (!there.has(uid)) this.#pods.delete(uid);
		for (const { uid, namespace, name, deletingSince } of evict) {
			this.#seen.add(uid);
			const known = this.#pods.get(uid) ?? {
				namespace,
				name,
				uid,
				why: "pending",
				budget: "",
				message: "",
				sinceMs: nowMs,
				attempts: 0,
				nextAtMs: 0,
			};
			if (deletingSince !== null && known.why !== "leaving")
				Object.assign(known, { why: "leaving", budget: "", message: "", sinceMs: nowMs });
			this.#pods.set(uid, known);
		}
		this.#before ??= Math.max(0, (this.#options.resume?.total ?? 0) - evict.length);
	}

	async #evictDue(api: DrainApi): Promise<void> {
		const due = [...this.#pods.values()].filter((pod) => pod.why !== "leaving" && pod.nextAtMs <= this.#options.now());
		const workers = Array.from({ length: Math.min(EVICTIONS_AT_ONCE, due.length) }, async () => {
			for (let pod = due.shift(); pod !== undefined; pod = due.shift()) await this.#evict(api, pod);
		});
		const results = await Promise.allSettled(workers);
		for (const result of results) if (result.status === "rejected") throw result.reason;
	}

	async #evict(api: DrainApi, pod: DrainingPod & { nextAtMs: number }): Promise<void> {
		const { signal, callTimeoutMs: timeoutMs, now } = this.#options;
		pod.attempts += 1;
		pod.nextAtMs = now() + Math.min(LAST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (pod.attempts - 1));
		try {
			const outcome = await api.evict(pod, this.#policy.gracePeriodS, { signal, timeoutMs });
			// What became of it is for the next look at the node to tell.
			if (outcome.result === "blocked") this.#hold(pod, outcome.why, outcome.budget, outcome.message);
			else this.#hold(pod, "leaving", "", "");
		} catch (error) {
			if (!isKubernetesError(error) || !error.retryable) throw error;
			this.#hold(pod, "busy", "", error.code);
		}
	}

	#hold(pod: DrainingPod, why: DrainingPod["why"], budget: string, message: string): void {
		const sinceMs = pod.why === why && pod.budget === budget ? pod.sinceMs : this.#options.now();
		Object.assign(pod, { why, budget, message, sinceMs });
	}

	#deadlineMs(): number {
		return this.#startedAtMs + this.#policy.timeoutS * 1_000;
	}

	#checkTime(): void {
		if (this.#options.now() < this.#deadlineMs()) return;
		const { done, total, pods } = this.progress();
		throw new DrainTimeoutError(this.#node, this.#policy.timeoutS, done, total, pods, this.#unreachable?.error);
	}

	#report(): void {
		const progress = this.progress();
		const told = JSON.stringify([progress.message, progress.pods.map(({ attempts: _, ...pod }) => pod)]);
		if (told === this.#reported) return;
		this.#reported = told;
		this.#options.onProgress?.(progress);
	}
}
