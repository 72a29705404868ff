import type { Facts, FileFact } from "../../../lib/contracts/facts.ts";
import { containerdEndpoint } from "../../plan/endpoint.ts";
import { freedUnits } from "../../plan/kubelet-unit.ts";
import { planRuntimeEndpoint } from "../../runtime/kubelet/config.ts";
import { planKubeletFlags } from "../../runtime/kubelet/plan.ts";
import { BLOCK, defineCheck, NOTE, type Observation, type PreflightInput } from "../check.ts";
import { textOrNull } from "../text.ts";
import { unlessRefused } from "../unless-refused.ts";

/** Every file that the cutover may change is a plain file that one rename can restore (safety rule 10). */
export const touchedFiles = defineCheck({
	id: "touched-files",
	codes: { "file.mount-point": BLOCK, "file.not-regular": BLOCK, "file.unreadable": BLOCK, "file.symlink": NOTE },
	run: ({ facts }: PreflightInput) => {
		const { containerd, crictl, kubelet } = facts;
		const edited = editedUnits(facts);
		// A unit file lies in the distribution's hands: it is touched only where the flags stand nowhere else.
		const places = kubelet.flagPlaces.filter((place) => place.kind !== "unit" || edited.has(place.file.path)).map((place) => place.file);
		const named = [kubelet.config, kubelet.instanceConfig].filter((file) => namesEndpoint(file, facts));
		return [containerd.config, crictl.config, ...places, ...named].flatMap(
			(file: FileFact): Observation<"file.mount-point" | "file.not-regular" | "file.unreadable" | "file.symlink">[] => {
				const evidence = { path: file.path };
				if (file.isMountPoint) return [{ code: "file.mount-point", values: { path: file.path }, evidence }];
				if (file.state === "unreadable") return [{ code: "file.unreadable", values: { path: file.path }, evidence }];
				if (file.state === "directory" || file.state === "other")
					return [{ code: "file.not-regular", values: { path: file.path, state: file.state }, evidence }];
				if (file.state === "file" && file.realPath !== file.path) {
					return [{ code: "file.symlink", values: { path: file.path, target: file.realPath }, evidence }];
				}
				return [];
			},
		);
	},
});

function editedUnits(facts: Facts): Set<string> {
	const { flagPlaces: places, version } = facts.kubelet;
	if (!version.known) return new Set();
	const plan = () => planKubeletFlags({ places, kubeletVersion: version.value, target: "containerd", endpoint: containerdEndpoint(facts) });
	const freed = () => freedUnits(facts).map(({ path }) => path);
	return unlessRefused(() => new Set([...plan().edits.map((edit) => edit.path), ...freed()]), new Set());
}

function namesEndpoint(file: FileFact, facts: Facts): boolean {
	const text = file.state === "file" ? textOrNull(file) : null;
	return text !== null && unlessRefused(() => planRuntimeEndpoint(text, containerdEndpoint(facts)) !== null, false);
}
