import { chooseCrictl, pickCrictl } from "../../plan/crictl.ts";
import { BLOCK, defineCheck, type PreflightInput, WARN } from "../check.ts";

export const crictl = defineCheck({
	id: "crictl",
	codes: {
		"crictl.archive-missing": WARN,
		// The archive is unpacked on the node.
		"node.command.missing": BLOCK,
		// It would fail whatever the node does: it takes no part in verifying it.
		"crictl.version.too-new": WARN,
		"crictl.version.too-old": WARN,
		"crictl.version.unknown": WARN,
		"crictl.archive.too-new": WARN,
		"crictl.archive.too-old": WARN,
		"crictl.archive.unknown": WARN,
	},
	run: ({ facts, policy, crictlArchives }: PreflightInput) => {
		const { architecture } = facts.host;
		const uploaded = (crictlArchives.get(architecture) ?? []).map((version) => ({ version }));
		const { found, install } = chooseCrictl(facts, policy, pickCrictl(facts, uploaded));
		if (!found) return policy.installCrictl ? [{ code: "crictl.archive-missing" as const, values: { architecture } }] : [];
		const missing = install ? ["tar", "gzip"].filter((command) => !facts.host.commands[command]) : [];
		const containerd = facts.containerd.version.known ? facts.containerd.version.value : "";
		return [
			...missing.map((command) => ({ code: "node.command.missing" as const, values: { command } })),
			...(found.fit === "fits" || containerd === ""
				? []
				: [
						{
							code: `crictl.${found.from === "node" ? ("version" as const) : ("archive" as const)}.${found.fit}` as const,
							values: { crictl: found.version, containerd, path: found.path },
						},
					]),
		];
	},
});
