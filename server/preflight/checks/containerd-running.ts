import { BLOCK, type CommonInput, defineCheck } from "../check.ts";

/** Docker cannot start if containerd cannot (safety rule 5), and one inside Docker goes away with it (problem 2). */
export const containerdRunning = defineCheck({
	id: "containerd-running",
	codes: {
		"containerd.not-installed": BLOCK,
		"containerd.embedded": BLOCK,
		"containerd.no-unit": BLOCK,
		"containerd.not-active": BLOCK,
	},
	run: ({ facts: { containerd, docker } }: CommonInput) => {
		const { unit } = containerd;
		if (unit.activeState !== "active" && containerd.embedded)
			return [{ code: "containerd.embedded", evidence: { text: docker.argv.join(" ") } }];
		if (!containerd.installed) return [{ code: "containerd.not-installed" }];
		if (unit.loadState !== "loaded") return [{ code: "containerd.no-unit", values: { unit: unit.name, load: unit.loadState } }];
		if (unit.activeState !== "active")
			return [{ code: "containerd.not-active", values: { unit: unit.name, state: `${unit.activeState}/${unit.subState}` } }];
		return [];
	},
});
