import { BLOCK, type CommonInput, defineCheck, listed, NOTE, type Observation, WARN } from "../check.ts";

type Code = "node.package-manager.busy" | "node.automatic-upgrades" | "node.needrestart";

export const packageManager = defineCheck<CommonInput, Code>({
	id: "package-manager",
	codes: {
		// Whoever installs packages may start, stop or replace the runtimes in the middle of the cutover.
		"node.package-manager.busy": BLOCK,
		// The same, at a time of their own.
		"node.automatic-upgrades": WARN,
		"node.needrestart": NOTE,
	},
	run: ({ facts: { host } }) => {
		const found: Observation<Code>[] = [];
		const [first] = host.packageLocks;
		if (first !== undefined)
			found.push({ code: "node.package-manager.busy", values: { locks: listed(host.packageLocks) }, evidence: { path: first } });
		if (host.automaticUpgrades?.length) found.push({ code: "node.automatic-upgrades", values: { units: listed(host.automaticUpgrades) } });
		if (host.needrestart) found.push({ code: "node.needrestart" });
		return found;
	},
});
