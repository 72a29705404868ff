import type { Facts } from "../../lib/contracts/facts.ts";
import type { Policy } from "../../lib/contracts/plan.ts";

/** Where the kubelet's driver is changed: the flag that decides it now, or its configuration file. */
export type DriverChange = { readonly to: "systemd" | "cgroupfs"; readonly by: "flag" | "config" };

/** The change that the policy asks for; null where the kubelet has that driver already, or where its own is not known. */
export function cgroupDriverChange({ kubelet }: Facts, { cgroupDriver }: Pick<Policy, "cgroupDriver">): DriverChange | null {
	if (cgroupDriver === "keep" || !kubelet.cgroupDriver.known || kubelet.cgroupDriver.value.value === cgroupDriver) return null;
	const byFlag = kubelet.cgroupDriver.value.from.startsWith("flag") || kubelet.config.state !== "file";
	return { to: cgroupDriver, by: byFlag ? "flag" : "config" };
}
