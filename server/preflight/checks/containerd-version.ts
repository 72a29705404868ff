import { pairAllowed } from "../../runtime/matrix.ts";
import { readVersion } from "../../runtime/versions.ts";
import { BLOCK, defineCheck, type PreflightInput, WARN } from "../check.ts";

/** Kubelet and containerd by the table in server/runtime; the installed containerd counts, since the cutover restarts it. */
export const containerdVersion = defineCheck({
	id: "containerd-version",
	codes: {
		"containerd.version.unknown": BLOCK,
		"containerd.version.not-allowed": BLOCK,
		"containerd.version.untested": WARN,
		"containerd.version.restart-pending": WARN,
	},
	run: ({ facts: { containerd, kubelet } }: PreflightInput) => {
		if (!containerd.installed) return [];
		if (!containerd.version.known || !readVersion(containerd.version.value)) {
			return [
				{
					code: "containerd.version.unknown",
					values: { reason: containerd.version.known ? containerd.version.value : containerd.version.reason },
				},
			];
		}
		const installed = containerd.version.value;
		const running = containerd.runningVersion?.known ? containerd.runningVersion.value : installed;
		const pending = running === installed ? [] : [{ code: "containerd.version.restart-pending" as const, values: { running, installed } }];
		if (!kubelet.version.known || !readVersion(kubelet.version.value)) return pending;
		const { verdict, reason } = pairAllowed(kubelet.version.value, installed);
		if (verdict === "ok") return pending;
		const code = verdict === "block" ? ("containerd.version.not-allowed" as const) : ("containerd.version.untested" as const);
		return [{ code, values: { kubelet: kubelet.version.value, containerd: installed, reason } }, ...pending];
	},
});
