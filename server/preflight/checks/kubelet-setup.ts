import { defineCheck, NOTE, type PreflightInput } from "../check.ts";

export const kubeletSetup = defineCheck({
	id: "kubelet-setup",
	// Set up by hand or by another installer: planned for all the same, so that it is said and keeps nothing out.
	codes: { "kubelet.not-kubeadm": NOTE },
	run: ({ facts: { kubelet } }: PreflightInput) => {
		if (kubelet.kubeadm) return [];
		const { unit, flagPlaces } = kubelet;
		const read = flagPlaces.filter(({ file }) => file.state === "file").map(({ file }) => file.path);
		return [
			{ code: "kubelet.not-kubeadm", values: { places: read.join(", ") || unit.fragmentPath }, evidence: { path: unit.fragmentPath } },
		];
	},
});
