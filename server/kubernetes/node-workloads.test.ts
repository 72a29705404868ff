import type { V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import type { BudgetRow } from "./budget-row.ts";
import { type NodePods, nodeWorkloads } from "./node-workloads.ts";
import { toPodRow } from "./pod-row.ts";

interface Made {
	name: string;
	kind?: string;
	owner?: string;
	labels?: Record<string, string>;
	volumes?: object[];
	phase?: string;
	mirror?: boolean;
}

function pod({ name, kind = "StatefulSet", owner = "db", labels = {}, volumes = [], phase = "Running", mirror }: Made) {
	const ownerReferences = kind === "" ? [] : [{ apiVersion: "apps/v1", kind, name: owner, uid: owner, controller: true }];
	const made: V1Pod = {
		metadata: {
			name,
			namespace: "web",
			uid: name,
			labels,
			ownerReferences,
			...(mirror ? { annotations: { "kubernetes.io/config.mirror": "x" } } : {}),
		},
		spec: { nodeName: "n1", containers: [{ name: "main", image: "i" }], volumes: volumes.map((one, i) => ({ name: `v${i}`, ...one })) },
		status: { phase },
	};
	return toPodRow(made);
}

const budget = (change: Partial<BudgetRow>): BudgetRow => ({
	namespace: "web",
	name: "api",
	disruptionsAllowed: 0,
	currentHealthy: 2,
	desiredHealthy: 2,
	expectedPods: 2,
	observed: true,
	selector: { matchLabels: { app: "api" }, matchExpressions: [] },
	...change,
});

const of = (given: Partial<NodePods>) =>
	nodeWorkloads({ pods: [], hostname: "n1", budgets: [], volumes: [], policy: { deleteEmptyDir: true, force: false }, ...given });
const replica = { kind: "ReplicaSet", owner: "api-7d9f", labels: { app: "api", "pod-template-hash": "7d9f" } };

describe("nodeWorkloads", () => {
	it("counts pods by who makes them anew, across the ReplicaSets of a Deployment", () => {
		const pods = [
			pod({ name: "a", ...replica }),
			pod({ name: "b", ...replica, owner: "api-5c5c", labels: { app: "api", "pod-template-hash": "5c5c" } }),
			pod({ name: "db-0", volumes: [{ emptyDir: {} }] }),
		];
		expect(of({ pods }).moves).toEqual([
			{ namespace: "web", kind: "Deployment", name: "api", pods: 2, heldBy: [], pinnedBy: [], emptyDir: 0 },
			{ namespace: "web", kind: "StatefulSet", name: "db", pods: 1, heldBy: [], pinnedBy: [], emptyDir: 1 },
		]);
	});

	it("names a budget that allows no eviction now, or has not counted yet", () => {
		const pods = [pod({ name: "a", ...replica })];
		expect(of({ pods, budgets: [budget({})] }).moves[0]?.heldBy).toEqual(["api"]);
		expect(of({ pods, budgets: [budget({ disruptionsAllowed: 1 })] }).moves[0]?.heldBy).toEqual([]);
		expect(of({ pods, budgets: [budget({ disruptionsAllowed: 1, observed: false })] }).moves[0]?.heldBy).toEqual(["api"]);
		expect(of({ pods, budgets: [budget({ namespace: "other" })] }).moves[0]?.heldBy).toEqual([]);
	});

	it("names claims that no other node can mount, first of all", () => {
		const pods = [pod({ name: "a", ...replica }), pod({ name: "db-0", volumes: [{ persistentVolumeClaim: { claimName: "data-db-0" } }] })];
		const volume = { name: "pv1", claim: "web/data-db-0", hostnames: ["n1"] };
		expect(of({ pods, volumes: [volume] }).moves.map(({ name, pinnedBy }) => [name, pinnedBy])).toEqual([
			["db", ["data-db-0"]],
			["api", []],
		]);
		expect(of({ pods, volumes: [{ ...volume, hostnames: ["n1", "n2"] }] }).moves.every(({ pinnedBy }) => pinnedBy.length === 0)).toBe(true);
	});

	it("says what the policy does not allow to lose, and what stays", () => {
		const pods = [
			pod({ name: "bare", kind: "" }),
			pod({ name: "cache", volumes: [{ emptyDir: {} }] }),
			pod({ name: "proxy", kind: "DaemonSet", owner: "kube-proxy" }),
			pod({ name: "etcd-n1", mirror: true }),
			pod({ name: "job", kind: "Job", owner: "once", phase: "Succeeded" }),
		];
		expect(of({ pods, policy: { deleteEmptyDir: false, force: false } })).toEqual({
			moves: [],
			refused: [
				{ namespace: "web", kind: "Pod", name: "bare", pods: 1, why: "bare" },
				{ namespace: "web", kind: "StatefulSet", name: "db", pods: 1, why: "emptyDir" },
			],
			stays: 2,
		});
	});
});
