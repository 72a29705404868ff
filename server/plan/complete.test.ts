import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { planSchema, policySchema } from "../../lib/contracts/plan.ts";
import { fileWith } from "../preflight/fixtures/node.ts";
import { parseProbe } from "../probe/parse.ts";
import { planCompletion } from "./complete.ts";

// A node that somebody took over by hand, as it was recorded.
const recorded = parseProbe(readFileSync(new URL("../probe/fixtures/bookworm-containerd.txt", import.meta.url), "utf8"));

function completion(change: (facts: Facts) => void = () => {}, policy: object = {}) {
	const facts = structuredClone(recorded);
	change(facts);
	return planCompletion({
		runId: "testrun01",
		nodeName: "node1",
		controlPlane: false,
		facts,
		policy: policySchema.parse(policy),
		findings: [],
		crictl: null,
	});
}
const steps = (plan: ReturnType<typeof completion>) => plan.steps.map(({ id }) => id);

describe("the plan that completes a change to containerd", () => {
	it("is a plan by the contract, from containerd to containerd, the same twice", () => {
		const plan = completion();
		expect(planSchema.parse(plan)).toEqual(plan);
		expect(plan.runtimeFrom).toBe(plan.runtimeTo);
		expect(completion()).toEqual(plan);
	});

	it("takes dockershim's flags out and leaves containerd and pods alone", () => {
		const plan = completion();
		expect(plan.files.filter(({ path }) => path.endsWith("kubeadm-flags.env"))).toHaveLength(1);
		expect(plan.files.filter(({ stage }) => stage === "runtime")).toEqual([]);
		for (const id of ["evict", "stop-containerd", "carry-images", "validate-config"]) expect(steps(plan)).not.toContain(id);
		expect(plan.scripts.cutover.text).toContain("KEEP_PODS=yes");
	});

	it("spells the socket as the running kubelet does", () => {
		const other = "unix:///var/run/containerd/containerd.sock";
		const plan = completion((facts) => {
			facts.kubelet.endpoint = other;
			facts.kubelet.argv = ["/usr/bin/kubelet", "--container-runtime=remote", `--container-runtime-endpoint=${other}`];
		});
		expect(plan.kubelet.mustHave).toContain(`--container-runtime-endpoint=${other}`);
	});

	it("leaves a crictl alone that asks containerd, however its file is written, and corrects one that asks the old socket", () => {
		const touched = (text: string) =>
			completion((facts) => {
				facts.crictl.path = "/usr/local/bin/crictl";
				facts.crictl.config = fileWith("/etc/crictl.yaml", text);
			}).files.some(({ path }) => path === "/etc/crictl.yaml");
		expect(touched('runtime-endpoint: "unix:///var/run/containerd/containerd.sock" # ours\n')).toBe(false);
		expect(touched("runtime-endpoint: unix:///var/run/dockershim.sock\n")).toBe(true);
	});

	it("makes pods anew, drained as the policy says, where they were made for another cgroup driver", () => {
		const differs = (facts: Facts) => {
			facts.kubelet.cgroupDriver = { known: true, value: { value: "systemd", from: "/var/lib/kubelet/config.yaml" } };
		};
		const plan = completion(differs);
		expect(steps(plan)).toEqual(expect.arrayContaining(["evict", "end-containers", "stop-containerd", "start-containerd"]));
		expect(plan.scripts.cutover.text).toContain("KEEP_PODS=\n");
		expect(steps(completion(differs, { drain: { enabled: false } }))).not.toContain("evict");
	});

	it("starts the kubelet on the way back as it was found, where its files would start another", () => {
		expect(completion().scripts.revert.text).toContain("KUBELET_AS_FOUND=''");
		const lost = completion((facts) => {
			for (const place of facts.kubelet.flagPlaces)
				place.file = fileWith(place.file.path, (place.kind === "kubeadm-flags" && 'KUBELET_KUBEADM_ARGS="--network-plugin=cni"\n') || "");
			facts.kubelet.argv = [
				"/usr/bin/kubelet",
				"--container-runtime-endpoint=unix:///run/containerd/containerd.sock",
				"--node-labels=a=100%$b",
			];
		});
		expect(lost.scripts.revert.text).toContain(
			'ExecStart="/usr/bin/kubelet" "--container-runtime-endpoint=unix:///run/containerd/containerd.sock" "--node-labels=a=100%%$$b"',
		);
	});

	it("is made for no other node", () => {
		expect(() =>
			completion((facts) => {
				facts.kubelet.runtime = "dockershim";
			}),
		).toThrow(expect.objectContaining({ code: "not-on-containerd" }));
	});
});
