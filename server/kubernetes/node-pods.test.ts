import { expect, it } from "vitest";
import { nodePods } from "./node-pods.ts";
import { toPodRow } from "./pod-row.ts";

const owner = (kind: string, name: string) => [{ apiVersion: "apps/v1", kind, name, uid: "o", controller: true }];
const policy = { deleteEmptyDir: true, force: false };

it("shows each pod once, by name as people count, with its fate in a drain", () => {
	const rows = [
		toPodRow({ metadata: { namespace: "web", name: "web-10", ownerReferences: owner("ReplicaSet", "web") }, status: { phase: "Running" } }),
		toPodRow({ metadata: { namespace: "web", name: "web-2", ownerReferences: owner("ReplicaSet", "web") } }),
		toPodRow({ metadata: { namespace: "kube-system", name: "proxy", ownerReferences: owner("DaemonSet", "proxy") } }),
		toPodRow({ metadata: { namespace: "web", name: "bare" } }),
		toPodRow({ metadata: { namespace: "web", name: "job", ownerReferences: owner("Job", "j") }, status: { phase: "Succeeded" } }),
	];
	expect(nodePods(rows, policy).map(({ namespace, name, drain }) => `${namespace}/${name} ${drain}`)).toEqual([
		"kube-system/proxy daemonset",
		"web/bare bare",
		"web/job finished",
		"web/web-2 evict",
		"web/web-10 evict",
	]);
});

it("tells the runtime of each container by its id, and since when the pod has one that runs", () => {
	const status = (name: string, containerID: string, startedAt?: string) => ({
		name,
		containerID,
		image: "",
		imageID: "",
		ready: true,
		restartCount: 0,
		state: startedAt ? { running: { startedAt: new Date(startedAt) } } : { waiting: { reason: "CrashLoopBackOff" } },
	});
	const [pod] = nodePods(
		[
			toPodRow({
				metadata: { namespace: "web", name: "web", deletionTimestamp: new Date(0), ownerReferences: owner("ReplicaSet", "web-7f9") },
				spec: { containers: ["a", "b", "c"].map((name) => ({ name, image: `${name}:1` })) },
				status: {
					phase: "Running",
					containerStatuses: [
						status("a", "docker://1", "2026-01-02T00:00:00Z"),
						status("b", "containerd://2", "2026-01-01T00:00:00Z"),
						status("c", ""),
					],
				},
			}),
		],
		policy,
	);
	expect(pod).toMatchObject({ controller: "ReplicaSet/web-7f9", deleting: true, startedAt: "2026-01-01T00:00:00.000Z" });
	expect(pod?.containers.map(({ name, running, runtime }) => [name, running, runtime])).toEqual([
		["a", true, "docker"],
		["b", true, "containerd"],
		["c", false, ""],
	]);
});
