import type { Facts, FileFact } from "../../../lib/contracts/facts.ts";
import { cgroupDriverChange, type DriverChange } from "../../plan/cgroup-driver.ts";
import { setConfigKey } from "../../runtime/kubelet/config-keys.ts";
import { BLOCK, defineCheck, type Observation, type PreflightInput, WARN } from "../check.ts";
import { textOrNull } from "../text.ts";
import { unlessRefused } from "../unless-refused.ts";

/** containerd takes over the kubelet's own driver, unless the policy asks for another: changing it on a node that has joined restarts its pods days later (problems 4, 5). */
export const cgroupDriver = defineCheck({
	id: "cgroup-driver",
	codes: {
		"kubelet.cgroup-driver.unknown": BLOCK,
		"kubelet.cgroup-driver.unsupported": BLOCK,
		"kubelet.cgroup-driver.docker-differs": WARN,
		"policy.cgroup-driver.changes": WARN,
		// Pods that stay through the change keep their cgroups in the old driver's tree.
		"policy.cgroup-driver.without-drain": BLOCK,
		"policy.cgroup-driver.unsettable": BLOCK,
	},
	run: ({ facts, policy }: PreflightInput) => {
		const { kubelet, docker } = facts;
		if (!kubelet.cgroupDriver.known) return [{ code: "kubelet.cgroup-driver.unknown", values: { reason: kubelet.cgroupDriver.reason } }];
		const { value, from } = kubelet.cgroupDriver.value;
		if (value !== "systemd" && value !== "cgroupfs") return [{ code: "kubelet.cgroup-driver.unsupported", values: { found: value, from } }];
		const change = cgroupDriverChange(facts, policy);
		if (change) return changed(facts, change, policy.drain.enabled);
		if (!docker.cgroupDriver.known || docker.cgroupDriver.value === value) return [];
		return [
			{
				code: "kubelet.cgroup-driver.docker-differs",
				values: { kubelet: value, from, docker: docker.cgroupDriver.value },
				evidence: { path: docker.daemonJson.path },
			},
		];
	},
});

type Changes = "policy.cgroup-driver.changes" | "policy.cgroup-driver.without-drain" | "policy.cgroup-driver.unsettable";

/** What a policy that asks for another driver means on this node. */
function changed({ kubelet }: Facts, { to, by }: DriverChange, drains: boolean): Observation<Changes>[] {
	const from = kubelet.cgroupDriver.known ? kubelet.cgroupDriver.value.value : "";
	const evidence = { path: kubelet.config.path };
	if (by === "config" && !canSet(kubelet.config, to)) {
		return [{ code: "policy.cgroup-driver.unsettable", values: { path: kubelet.config.path, to }, evidence }];
	}
	return [
		{ code: "policy.cgroup-driver.changes", values: { from, to }, evidence },
		...(drains ? [] : [{ code: "policy.cgroup-driver.without-drain" as const, values: { from, to } }]),
	];
}

function canSet(file: FileFact, to: string): boolean {
	return unlessRefused(() => setConfigKey(textOrNull(file) ?? "", "cgroupDriver", to) !== undefined, false);
}
