import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { harness, same, unknown } from "../fixtures/harness.ts";
import { policy, soundApiNode } from "../fixtures/node.ts";
import { isControlPlane } from "./role.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { codes, find, findings, sound } = harness(recorded);

describe("the cluster's word", () => {
	it("is needed for drain and verification, unless a person says otherwise", () => {
		expect(findings(same, { apiNode: null })).toMatchObject([{ code: "cluster.api.absent", severity: "block" }]);
		expect(findings(same, { policy: policy({ drain: { ...policy().drain, enabled: false } }) })).toMatchObject([
			{ code: "policy.drain.off", severity: "warn" },
		]);
	});

	it("tells a node that is not Ready or is cordoned already", () => {
		expect(codes(same, { apiNode: soundApiNode(sound, { ready: "Unknown" }) })).toEqual(["node.api.not-ready"]);
		expect(findings(same, { apiNode: soundApiNode(sound, { unschedulable: true }) })).toMatchObject([
			{ code: "node.api.cordoned", severity: "note" },
		]);
	});

	it("must be about this machine: the boot id is the kernel's own", () => {
		const other = soundApiNode(sound, { bootId: "00000000-0000-4000-8000-000000000000", machineId: "other" });
		expect(codes(same, { apiNode: other })).toEqual(["node.identity.other-machine"]);
		// A clone with the same machine id, Ready under that name elsewhere.
		expect(codes(same, { apiNode: { ...other, machineId: sound.host.machineId ?? "" } })).toEqual(["node.identity.other-machine"]);
		expect(codes(same, { apiNode: { ...other, machineId: sound.host.machineId ?? "", ready: "Unknown" } })).toEqual([
			"node.identity.boot-unknown",
			"node.api.not-ready",
		]);
		expect(codes(same, { apiNode: soundApiNode(sound, { bootId: "", machineId: "" }) })).toEqual([]);
	});

	it("agrees with the static pods on who is control plane", () => {
		const master = soundApiNode(sound, { labels: { "node-role.kubernetes.io/master": "" } });
		const withPods = (facts: Facts) => {
			facts.kubelet.staticPodComponents = { known: true, value: ["kube-apiserver", "etcd"] };
		};
		expect(find("node.role.disagrees", same, { apiNode: master })?.values).toEqual({
			label: "node-role.kubernetes.io/master",
			staticPods: "",
		});
		expect(find("node.role.disagrees", withPods)?.values).toEqual({ label: "", staticPods: "kube-apiserver, etcd" });
		expect(codes(withPods, { apiNode: master })).toEqual([]);
		expect(codes(withPods, { apiNode: soundApiNode(sound, { labels: { "node-role.kubernetes.io/control-plane": "" } }) })).toEqual([]);
		expect(codes(same, { apiNode: soundApiNode(sound, { mirrorPodComponents: ["etcd"] }) })).toEqual(["node.role.disagrees"]);
		expect(codes(same, { apiNode: soundApiNode(sound, { mirrorPodComponents: ["kube-proxy"] }) })).toEqual([]);
		expect(
			codes((facts) => {
				facts.kubelet.staticPodComponents = unknown;
			}),
		).toEqual(["node.role.unknown"]);
		expect([
			isControlPlane(sound, null),
			isControlPlane(sound, master),
			isControlPlane(sound, soundApiNode(sound, { mirrorPodComponents: ["etcd"] })),
		]).toEqual([false, true, true]);
	});
});
