import { BLOCK, type CommonInput, defineCheck } from "../check.ts";

export const kubeletRunning = defineCheck({
	id: "kubelet-running",
	codes: {
		"kubelet.not-installed": BLOCK,
		"kubelet.not-running": BLOCK,
		// What runs as kubelet.service is no kubelet: its flags are then not where they seem to be.
		"kubelet.wrapped": BLOCK,
	},
	run: ({ facts: { kubelet } }: CommonInput) => {
		if (!kubelet.installed) return [{ code: "kubelet.not-installed" }];
		const { unit, argv } = kubelet;
		const state = `${unit.activeState}/${unit.subState}`;
		if (unit.activeState !== "active" || argv.length === 0) {
			return [
				{
					code: "kubelet.not-running",
					values: { unit: unit.name, state, load: unit.loadState },
					evidence: { path: unit.fragmentPath, text: unit.execStart },
				},
			];
		}
		const words = argv.slice(0, 2).map((word) => word.slice(word.lastIndexOf("/") + 1));
		const isKubelet = words[0] === "kubelet" || (words[0] === "hyperkube" && words[1] === "kubelet");
		return isKubelet ? [] : [{ code: "kubelet.wrapped", values: { program: argv[0] ?? "" }, evidence: { text: argv.join(" ") } }];
	},
});
