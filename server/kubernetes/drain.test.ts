import { beforeEach, describe, expect, test } from "vitest";
import { drainNode } from "./drain.ts";
import type { DrainPolicy } from "./drain-plan.ts";
import type { DrainProgress } from "./drain-progress.ts";
import { DrainRefusedError, DrainTimeoutError } from "./drain-progress.ts";
import { KubernetesError } from "./error.ts";
import type { EvictionResult } from "./eviction.ts";
import { toNodeRow } from "./node-row.ts";
import { type PodRow, toPodRow } from "./pod-row.ts";

const policy: DrainPolicy = { timeoutS: 60, gracePeriodS: null, deleteEmptyDir: true, force: false };

/** A node's pods under a clock that only `wait` moves. An evicted pod is gone `graceMs` later. */
class FakeCluster {
	nowMs = 1_000_000;
	graceMs = 3_000;
	cordoned = true;
	pods = new Map<string, PodRow & { goneAtMs: number }>();
	evictions: { name: string; atMs: number; gracePeriodS: number | null }[] = [];
	/** What an eviction answers, by the pod's name, instead of going through. */
	answers: (name: string) => EvictionResult | KubernetesError | null = () => null;
	listing: () => KubernetesError | null = () => null;

	add(name: string, change: Partial<PodRow> = {}): void {
		const row = toPodRow({
			metadata: {
				name,
				namespace: "default",
				uid: `uid-${name}`,
				ownerReferences: [{ apiVersion: "v1", kind: "ReplicaSet", name: "r", uid: "o", controller: true }],
			},
			spec: { containers: [] },
			status: { phase: "Running" },
		});
		const full = { ...row, ...change, goneAtMs: Number.POSITIVE_INFINITY };
		this.pods.set(full.uid, full);
	}

	getNode = async () => ({ ...toNodeRow({ metadata: { name: "n1" } }), unschedulable: this.cordoned });

	podsOnNode = async () => {
		const failure = this.listing();
		if (failure !== null) throw failure;
		for (const [uid, pod] of this.pods) if (pod.goneAtMs <= this.nowMs) this.pods.delete(uid);
		return [...this.pods.values()];
	};

	evict = async ({ name, uid }: { name: string; uid: string }, gracePeriodS: number | null): Promise<EvictionResult> => {
		this.evictions.push({ name, atMs: this.nowMs, gracePeriodS });
		const answer = this.answers(name);
		if (answer instanceof KubernetesError) throw answer;
		if (answer !== null) return answer;
		const pod = this.pods.get(uid);
		if (pod === undefined) return { result: "gone" };
		pod.deletingSince = new Date(this.nowMs).toISOString();
		pod.goneAtMs = this.nowMs + this.graceMs;
		return { result: "evicted" };
	};
}

let cluster: FakeCluster;
let told: DrainProgress[];

function drain(change: Partial<Parameters<typeof drainNode>[3]> = {}, how: Partial<DrainPolicy> = {}) {
	return drainNode(
		cluster,
		"n1",
		{ ...policy, ...how },
		{
			now: () => cluster.nowMs,
			wait: async (ms) => {
				cluster.nowMs += ms;
			},
			onProgress: (progress) => told.push(structuredClone(progress)),
			...change,
		},
	);
}

const budget = (name: string): EvictionResult => ({
	result: "blocked",
	why: "budget",
	budget: name,
	message: `The disruption budget ${name} needs 2`,
});

beforeEach(() => {
	cluster = new FakeCluster();
	told = [];
});

describe("drainNode", () => {
	test("problem 26: evicts each pod once, leaves the others, and waits until they are gone", async () => {
		for (const name of ["a", "b", "c"]) cluster.add(name);
		cluster.add("ds", { controller: { kind: "DaemonSet", name: "ds", uid: "owner" } });
		cluster.add("static", { mirror: true });
		const end = await drain();
		expect(cluster.evictions.map((each) => each.name).sort()).toEqual(["a", "b", "c"]);
		expect(cluster.evictions[0]?.gracePeriodS).toBeNull();
		expect([...cluster.pods.keys()]).toEqual(["uid-ds", "uid-static"]);
		expect(end).toMatchObject({ done: 3, total: 3, message: { code: "drain.done", values: { done: 3, total: 3 } } });
		expect(told.map((each) => each.message.code)).toEqual(["drain.evicting", "drain.leaving", "drain.done"]);
	});

	test("a chosen grace period goes with the eviction", async () => {
		cluster.add("a");
		await drain({}, { gracePeriodS: 5 });
		expect(cluster.evictions).toMatchObject([{ gracePeriodS: 5 }]);
	});

	test("an empty node is drained without a wait", async () => {
		const before = cluster.nowMs;
		expect(await drain()).toMatchObject({ done: 0, total: 0 });
		expect(cluster.nowMs).toBe(before);
	});

	test("problem 40: names the budget that blocks, since when, and asks again ever more slowly until it gives way", async () => {
		cluster.add("web-1");
		cluster.add("free");
		const start = cluster.nowMs;
		cluster.answers = (name) => (name === "web-1" && cluster.nowMs < start + 30_000 ? budget("web") : null);
		const end = await drain();
		expect(end.message.code).toBe("drain.done");
		const blocked = told.find((each) => each.message.code === "drain.blocked");
		expect(blocked?.message.values).toMatchObject({
			pod: "default/web-1",
			budget: "web",
			why: "budget",
			sinceMs: start,
			total: 2,
			others: 0,
		});
		const times = cluster.evictions.filter((each) => each.name === "web-1").map((each) => each.atMs - start);
		expect(times).toEqual([0, 2_000, 6_000, 14_000, 24_000, 34_000]);
	});

	test("past its limit it tells which pods and budgets it waited for", async () => {
		cluster.add("web-1");
		cluster.add("slow");
		cluster.graceMs = 1_000_000;
		cluster.answers = (name) => (name === "web-1" ? budget("web") : null);
		const error = await drain({}, { timeoutS: 30 }).catch((caught: unknown) => caught);
		expect(error).toBeInstanceOf(DrainTimeoutError);
		expect(error).toMatchObject({
			code: "drain.timeout",
			values: { node: "n1", timeoutS: 30, done: 0, total: 2, pods: "default/web-1, default/slow", budgets: "default/web" },
			remaining: [
				{ name: "web-1", why: "budget", budget: "web" },
				{ name: "slow", why: "leaving" },
			],
		});
		expect(cluster.nowMs).toBe(1_000_000 + 30_000);
	});

	test("refuses before the first eviction where the policy would lose a pod", async () => {
		cluster.add("a");
		cluster.add("bare", { controller: null });
		await expect(drain()).rejects.toBeInstanceOf(DrainRefusedError);
		await expect(drain()).rejects.toMatchObject({ code: "drain.refused", values: { count: 1, pods: "default/bare" } });
		expect(cluster.evictions).toEqual([]);
		await drain({}, { force: true });
		expect(cluster.evictions).toHaveLength(2);
	});

	test("stops as soon as the node takes pods again", async () => {
		cluster.add("a");
		cluster.add("b");
		cluster.answers = (name) => {
			cluster.cordoned = false;
			return name === "b" ? budget("web") : null;
		};
		await expect(drain()).rejects.toMatchObject({ code: "drain.not-cordoned", values: { node: "n1" } });
		expect(cluster.evictions).toHaveLength(2);
	});

	test("a pod made anew under the same name is another pod", async () => {
		cluster.add("db-0");
		let replaced = false;
		cluster.answers = () => {
			if (replaced) return null;
			replaced = true;
			cluster.pods.clear();
			cluster.add("db-0", { uid: "uid-second" });
			return { result: "gone" };
		};
		const end = await drain();
		expect(cluster.evictions).toHaveLength(2);
		expect(end).toMatchObject({ done: 2, total: 2 });
	});

	test("waits for an API that is away, and says so; gives up only at its limit", async () => {
		cluster.add("a");
		const start = cluster.nowMs;
		cluster.listing = () => (cluster.nowMs < start + 10_000 ? new KubernetesError("cluster.refused") : null);
		expect((await drain()).done).toBe(1);
		expect(told[0]?.message).toMatchObject({ code: "drain.unreachable", values: { reason: "cluster.refused", sinceMs: start } });
		expect(told.filter((each) => each.message.code === "drain.unreachable")).toHaveLength(1);

		cluster.listing = () => new KubernetesError("cluster.refused");
		await expect(drain()).rejects.toMatchObject({ code: "drain.timeout", cause: { code: "cluster.refused" } });
	});

	test("a server that sheds load is asked again; one that forbids is an error at once", async () => {
		cluster.add("a");
		let times = 0;
		cluster.answers = () => (++times < 3 ? new KubernetesError("cluster.throttled") : null);
		expect((await drain()).done).toBe(1);
		expect(told.some((each) => each.pods[0]?.why === "busy" && each.pods[0].message === "cluster.throttled")).toBe(true);

		cluster.add("b");
		cluster.answers = () => new KubernetesError("cluster.forbidden", { verb: "create", resource: "pods/eviction" });
		await expect(drain()).rejects.toMatchObject({ code: "cluster.forbidden" });
	});

	test("cut short and called again, it goes on with its counts and its limit", async () => {
		for (const name of ["a", "b", "c"]) cluster.add(name);
		cluster.answers = (name) => (name === "c" ? budget("web") : null);
		const stop = new AbortController();
		const cut = drain({
			signal: stop.signal,
			wait: async (ms) => {
				cluster.nowMs += ms;
				if (cluster.nowMs >= 1_010_000) stop.abort();
			},
		});
		await expect(cut).rejects.toMatchObject({ code: "cluster.aborted" });
		const last = told.at(-1);
		expect(last).toMatchObject({ done: 2, total: 3 });

		const again = drain({ resume: last });
		await expect(again).rejects.toMatchObject({ code: "drain.timeout", values: { done: 2, total: 3 } });
		expect(cluster.nowMs).toBe(1_000_000 + 60_000);
	});

	test("an abort while it waits is an abort, and asks for nothing more", async () => {
		cluster.add("a");
		cluster.graceMs = 1_000_000;
		const stop = new AbortController();
		const wait = (_: number, signal: AbortSignal | undefined) => {
			stop.abort(new Error("pause"));
			return Promise.reject(signal?.reason);
		};
		await expect(drain({ signal: stop.signal, wait })).rejects.toMatchObject({ code: "cluster.aborted", cause: { message: "pause" } });
		expect(cluster.evictions).toHaveLength(1);
		await expect(drain({ signal: stop.signal })).rejects.toMatchObject({ code: "cluster.aborted" });
		expect(cluster.evictions).toHaveLength(1);
	});
});
