import { BLOCK, type CommonInput, defineCheck } from "../check.ts";

/** CentOS 7's, the oldest whose `systemd-run` and `show` the scripts keep to (safety rule 9). */
const OLDEST = 219;

export const systemd = defineCheck({
	id: "systemd",
	codes: {
		"node.systemd.absent": BLOCK,
		"node.systemd.version-unknown": BLOCK,
		"node.systemd.too-old": BLOCK,
		// Starting: units still come up. Stopping: the boot unit decides (safety rule 11). Degraded is no obstacle.
		"node.systemd.state": BLOCK,
	},
	run: ({ facts: { host } }: CommonInput) => {
		if (host.initSystem !== "systemd") return [{ code: "node.systemd.absent", values: { found: host.initSystem } }];
		if (!host.systemdVersion.known) return [{ code: "node.systemd.version-unknown", values: { reason: host.systemdVersion.reason } }];
		if (host.systemdVersion.value < OLDEST) {
			return [{ code: "node.systemd.too-old", values: { found: host.systemdVersion.value, needed: OLDEST } }];
		}
		if (host.systemState !== "running" && host.systemState !== "degraded") {
			return [
				{
					code: "node.systemd.state",
					values: { state: host.systemState },
					evidence: { text: `systemctl is-system-running: ${host.systemState}` },
				},
			];
		}
		return [];
	},
});
