import type { V1Pod } from "@kubernetes/client-node";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FailingPods } from "./failing-pods.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1_000);

interface Given {
	name?: string;
	owner?: [kind: string, name: string] | null;
	labels?: Record<string, string>;
	mirror?: boolean;
	created?: Date;
	deleting?: boolean;
	node?: string;
	status?: V1Pod["status"];
}

function pod({
	name = "web-1",
	owner = ["ReplicaSet", "web"],
	labels = {},
	mirror,
	created = ago(3_600),
	deleting,
	node = "n1",
	status,
}: Given): V1Pod {
	return {
		metadata: {
			name,
			namespace: "default",
			labels,
			creationTimestamp: created,
			annotations: mirror ? { "kubernetes.io/config.mirror": "h" } : {},
			...(owner ? { ownerReferences: [{ apiVersion: "apps/v1", kind: owner[0], name: owner[1], uid: "u", controller: true }] } : {}),
			...(deleting ? { deletionTimestamp: NOW as unknown as Date } : {}),
		},
		spec: { nodeName: node, containers: [{ name: "main" }] },
		status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }], ...status },
	} as V1Pod;
}

const waiting = (reason: string): V1Pod["status"] => ({
	phase: "Running",
	conditions: [{ type: "Ready", status: "False" }],
	containerStatuses: [{ name: "main", state: { waiting: { reason } } } as never],
});
const condition = (type: string, status: string, since: Date, reason?: string) =>
	({ type, status, lastTransitionTime: since, reason }) as never;
const unschedulable = (seconds: number): V1Pod["status"] => ({
	phase: "Pending",
	conditions: [condition("PodScheduled", "False", ago(seconds), "Unschedulable")],
});
const creating = (seconds: number): V1Pod["status"] => ({
	phase: "Pending",
	conditions: [condition("PodScheduled", "True", ago(seconds))],
	containerStatuses: [{ name: "main", state: { waiting: { reason: "ContainerCreating" } } } as never],
});

function owners(...pods: V1Pod[]) {
	const found = new FailingPods();
	for (const each of pods) found.add([each]);
	return found.owners(NOW);
}
const whys = (...pods: V1Pod[]) => owners(...pods).map(({ why }) => why);

describe("who fails", () => {
	test.each(["CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "CreateContainerError", "CreateContainerConfigError"])(
		"a container that waits with %s, of the pod or before it begins",
		(reason) => {
			expect(whys(pod({ status: waiting(reason) }))).toEqual([reason]);
			const { containerStatuses, ...rest } = waiting(reason) ?? {};
			expect(whys(pod({ status: { ...rest, phase: "Pending", initContainerStatuses: containerStatuses } }))).toEqual([reason]);
		},
	);

	test("a pod that failed, but no attempt of a Job and none that was replaced by one that runs", () => {
		const failed = { status: { phase: "Failed", reason: "UnexpectedAdmissionError" }, created: ago(600) };
		expect(whys(pod(failed))).toEqual(["UnexpectedAdmissionError"]);
		expect(whys(pod({ ...failed, owner: ["Job", "once"] }))).toEqual([]);
		expect(whys(pod(failed), pod({ created: ago(60) }))).toEqual([]);
		expect(whys(pod({ created: ago(60) }), pod(failed))).toEqual([]);
		// One that ran beside it all the time does not replace it.
		expect(whys(pod(failed), pod({ created: ago(3_600) }))).toEqual(["UnexpectedAdmissionError"]);
	});

	test("a pod without a place, or without a container, once it has been so for long", () => {
		expect(whys(pod({ node: "", status: unschedulable(30) }))).toEqual([]);
		expect(owners(pod({ node: "", status: unschedulable(130) }))).toEqual([
			{ owner: "default/ReplicaSet/web", why: "Unschedulable", nodes: [] },
		]);
		expect(whys(pod({ status: creating(60) }))).toEqual([]);
		expect(whys(pod({ status: creating(310) }))).toEqual(["ContainerCreating"]);
	});

	test("nobody who is well, who starts, who ended as meant or who was told to go", () => {
		expect(whys(pod({}), pod({ status: { phase: "Succeeded" } }), pod({ deleting: true, status: waiting("CrashLoopBackOff") }))).toEqual(
			[],
		);
	});

	test("is told by the cluster's own times where the console's clock is behind", () => {
		const found = new FailingPods();
		found.add([pod({ node: "", status: unschedulable(130) }), pod({ status: { conditions: [condition("Ready", "True", ago(0))] } })]);
		expect(found.owners(NOW - 86_400_000).map(({ why }) => why)).toEqual(["Unschedulable"]);
	});
});

describe("an owner", () => {
	test("is the same before and after a pod was made anew, whatever its ReplicaSet or Job is called by now", () => {
		const names = (given: Given) => owners(pod({ status: waiting("CrashLoopBackOff"), ...given })).map(({ owner }) => owner);
		expect(names({ owner: ["ReplicaSet", "web-7d4c9f8b6"], labels: { "pod-template-hash": "7d4c9f8b6" } })).toEqual([
			"default/Deployment/web",
		]);
		expect(names({ owner: ["Job", "night-28392839"] })).toEqual(["default/CronJob/night"]);
		expect(names({ owner: ["Job", "night-2"] })).toEqual(["default/Job/night-2"]);
		expect(names({ owner: null, name: "bare" })).toEqual(["default/Pod/bare"]);
		expect(names({ owner: ["Node", "n1"], mirror: true, name: "etcd-n1" })).toEqual(["default/Pod/etcd-n1"]);
	});

	test("of any pods in any pages: is named once, with the nodes of its failing pods only", () => {
		const anyPod = fc.record({
			owner: fc.constantFrom("a", "b", "c"),
			node: fc.constantFrom("n1", "n2"),
			bad: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(anyPod), (given) => {
				const pods = given.map(({ owner, node, bad }) =>
					pod({ owner: ["StatefulSet", owner], node, status: bad ? waiting("CrashLoopBackOff") : {} }),
				);
				const expected = ["a", "b", "c"].flatMap((name) => {
					const nodes = [...new Set(given.filter(({ owner, bad }) => bad && owner === name).map(({ node }) => node))].sort();
					return nodes.length === 0 ? [] : [{ owner: `default/StatefulSet/${name}`, why: "CrashLoopBackOff", nodes }];
				});
				expect(owners(...pods)).toEqual(expected);
			}),
		);
	});
});
