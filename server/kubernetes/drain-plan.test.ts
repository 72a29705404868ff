import type { V1Pod } from "@kubernetes/client-node";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planDrain } from "./drain-plan.ts";
import { controlPlaneComponent, toPodRow } from "./pod-row.ts";

const owner = (kind: string) => [{ apiVersion: "apps/v1", kind, name: "x", uid: "o", controller: true }];

function pod(change: { meta?: V1Pod["metadata"]; volumes?: object[]; phase?: string } = {}) {
	return toPodRow({
		metadata: { name: "p", namespace: "default", uid: "u", ownerReferences: owner("ReplicaSet"), ...change.meta },
		spec: {
			nodeName: "n1",
			containers: [{ name: "main", image: "i" }],
			volumes: change.volumes?.map((each, i) => ({ name: `v${i}`, ...each })),
		},
		status: { phase: change.phase ?? "Running" },
	});
}

const strict = { force: false, deleteEmptyDir: false };

describe("planDrain", () => {
	test.each([
		["a DaemonSet's pod", { meta: { ownerReferences: owner("DaemonSet") } }, "daemonset"],
		["a mirror pod", { meta: { annotations: { "kubernetes.io/config.mirror": "h" }, ownerReferences: owner("Node") } }, "mirror"],
		["a finished bare pod", { meta: { ownerReferences: undefined }, phase: "Succeeded" }, "finished"],
		["a failed pod with data", { volumes: [{ emptyDir: {} }], phase: "Failed" }, "finished"],
	])("%s stays", (_, change, why) => {
		expect(planDrain([pod(change)], strict)).toMatchObject({ evict: [], skip: [{ why }], blocked: [] });
	});

	test.each([
		["a bare pod", { meta: { ownerReferences: undefined } }, "bare", { force: true, deleteEmptyDir: false }],
		[
			"an owner that is no controller",
			{ meta: { ownerReferences: [{ ...owner("Foo")[0], controller: false } as never] } },
			"bare",
			{ force: true, deleteEmptyDir: false },
		],
		[
			"a pod with an emptyDir",
			{ volumes: [{ hostPath: { path: "/" } }, { emptyDir: {} }] },
			"emptyDir",
			{ force: false, deleteEmptyDir: true },
		],
		["an emptyDir in memory", { volumes: [{ emptyDir: { medium: "Memory" } }] }, "emptyDir", { force: false, deleteEmptyDir: true }],
	])("%s blocks until the policy lets it go", (_, change, why, allowed) => {
		expect(planDrain([pod(change)], strict)).toMatchObject({ evict: [], blocked: [{ why }] });
		expect(planDrain([pod(change)], allowed)).toMatchObject({ evict: [{ name: "p" }], blocked: [] });
	});

	test("what was told to go already is waited for, whatever it holds", () => {
		const leaving = pod({ meta: { ownerReferences: undefined, deletionTimestamp: new Date(0) }, volumes: [{ emptyDir: {} }] });
		expect(planDrain([leaving], strict)).toMatchObject({ evict: [{ deletingSince: "1970-01-01T00:00:00.000Z" }], blocked: [] });
	});

	test("every pod is in exactly one list, and with everything allowed nothing blocks", () => {
		const any = fc.record({
			kind: fc.constantFrom("ReplicaSet", "DaemonSet", "Job", null),
			mirror: fc.boolean(),
			phase: fc.constantFrom("Running", "Pending", "Succeeded", "Failed", "Unknown"),
			emptyDir: fc.boolean(),
			leaving: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(any), fc.boolean(), fc.boolean(), (shapes, force, deleteEmptyDir) => {
				const pods = shapes.map(({ kind, mirror, phase, emptyDir, leaving }) =>
					pod({
						meta: {
							ownerReferences: kind === null ? undefined : owner(kind),
							annotations: mirror ? { "kubernetes.io/config.mirror": "h" } : {},
							deletionTimestamp: leaving ? new Date(0) : undefined,
						},
						phase,
						volumes: emptyDir ? [{ emptyDir: {} }] : [],
					}),
				);
				const plan = planDrain(pods, { force, deleteEmptyDir });
				expect(plan.evict.length + plan.skip.length + plan.blocked.length).toBe(pods.length);
				expect(plan.evict.some((each) => each.mirror || each.controller?.kind === "DaemonSet")).toBe(false);
				if (force && deleteEmptyDir) expect(plan.blocked).toEqual([]);
			}),
		);
	});
});

describe("controlPlaneComponent", () => {
	const mirror = (name: string, labels: Record<string, string> = {}) =>
		pod({ meta: { name, labels, annotations: { "kubernetes.io/config.mirror": "h" } } });
	test("by kubeadm's label, or by a static pod's own name", () => {
		expect(controlPlaneComponent(mirror("x", { component: "etcd" }))).toBe("etcd");
		expect(controlPlaneComponent(mirror("kube-apiserver-n1"))).toBe("kube-apiserver");
	});
	test("an ordinary pod of that name is none, nor is another static pod", () => {
		expect(controlPlaneComponent(pod({ meta: { name: "etcd-n1", labels: { component: "etcd" } } }))).toBeNull();
		expect(controlPlaneComponent(mirror("kube-scheduler-n1", { component: "kube-scheduler" }))).toBeNull();
	});
});
