import type { Facts, Known } from "../../lib/contracts/facts.ts";
import type { Policy } from "../../lib/contracts/plan.ts";
import type { ContainerdSettings } from "../runtime/containerd/types.ts";
import { cgroupDriverChange } from "./cgroup-driver.ts";
import type { CarriedSettings } from "./docker-settings.ts";

/** What containerd's file is to say on this node; unknown where the facts do not tell its pause image or cgroup driver. */
export function containerdSettings(facts: Facts, policy: Policy, carried: CarriedSettings): Known<ContainerdSettings> {
	const { kubelet, cni } = facts;
	const pause = policy.sandboxImage === null ? kubelet.pauseImage : null;
	if (pause && !pause.known) return { known: false, reason: `pause image: ${pause.reason}` };
	if (!kubelet.cgroupDriver.known) return { known: false, reason: `cgroup driver: ${kubelet.cgroupDriver.reason}` };
	return {
		known: true,
		value: {
			sandboxImage: pause?.value.value ?? policy.sandboxImage ?? "",
			systemdCgroup: (cgroupDriverChange(facts, policy)?.to ?? kubelet.cgroupDriver.value.value) === "systemd",
			cniBinDirs: cni.binDir.split(","),
			cniConfDir: cni.confDir,
			streamServer: policy.streamServer,
			...carried.containerd,
		},
	};
}
