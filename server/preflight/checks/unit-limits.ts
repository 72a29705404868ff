import { isAtLeast, parseVersion } from "../../runtime/versions.ts";
import { defineCheck, type PreflightInput, WARN } from "../check.ts";
import { textOrNull } from "../text.ts";

/** Before it a service without a limit of its own begins with 1024 files, and may ask for 4096 (systemd's NEWS, 240). */
const ENOUGH_BY_ITSELF = 240;

/** containerd 2.0 took LimitNOFILE out of its unit (containerd#8924): pods begin with what systemd gives. */
export const unitLimits = defineCheck({
	id: "unit-limits",
	codes: { "containerd.limit-nofile.missing": WARN },
	run: ({ facts: { containerd, host } }: PreflightInput) => {
		if (!containerd.unitFiles?.length || !containerd.version.known || !host.systemdVersion.known) return [];
		if (host.systemdVersion.value >= ENOUGH_BY_ITSELF || !isAtLeast(parseVersion(containerd.version.value), 2, 0)) return [];
		if (containerd.unitFiles.some((file) => /^\s*LimitNOFILE\s*=/m.test(textOrNull(file) ?? ""))) return [];
		return [
			{
				code: "containerd.limit-nofile.missing",
				values: { unit: containerd.unit.name, systemd: host.systemdVersion.value },
				evidence: { path: containerd.unit.fragmentPath },
			},
		];
	},
});
