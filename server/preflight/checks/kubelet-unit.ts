import { DOCKER_UNITS, type FreedUnit, freedUnits } from "../../plan/kubelet-unit.ts";
import { BLOCK, defineCheck, listed, NOTE, type PreflightInput, WARN } from "../check.ts";
import { unlessRefused } from "../unless-refused.ts";

/** Whether the kubelet starts while Docker is kept off by its condition, and what the plan does for it. */
export const kubeletUnit = defineCheck({
	id: "kubelet-unit",
	codes: {
		// systemd refuses the kubelet's start (BindsTo, Requisite): seen with 252, the node would go back for certain.
		"kubelet.unit.bound-to-docker": BLOCK,
		// Requires and Wants take a unit whose condition does not hold for started; a masked one they do not.
		"kubelet.unit.needs-docker": WARN,
		"kubelet.unit.freed": NOTE,
	},
	run: ({ facts }: PreflightInput) => {
		const { unit } = facts.kubelet;
		const evidence = { path: unit.fragmentPath, text: [unit.fragmentPath, ...unit.dropInPaths].join("\n") };
		const freed = unlessRefused<FreedUnit[]>(() => freedUnits(facts), []);
		// What no file of the unit says comes from a folder of links: those are left alone.
		const gone = new Set(freed.flatMap(({ removed }) => removed));
		const named = unit.dependencies.filter((name) => DOCKER_UNITS.has(name));
		const bound = (unit.boundTo ?? []).filter((name) => DOCKER_UNITS.has(name) && !gone.has(name));
		const others = named.filter((name) => !bound.includes(name) && !gone.has(name));
		return [
			...(bound.length > 0 ? [{ code: "kubelet.unit.bound-to-docker" as const, values: { units: listed(bound) }, evidence }] : []),
			...(others.length > 0 ? [{ code: "kubelet.unit.needs-docker" as const, values: { units: listed(others) }, evidence }] : []),
			...freed.map(({ fact, path, removed }) => ({
				code: "kubelet.unit.freed" as const,
				values: { units: listed(removed), path },
				evidence: { path: fact.path },
			})),
		];
	},
});
