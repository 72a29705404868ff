import { defineCheck, type PreflightInput, WARN } from "../check.ts";

export const securityModules = defineCheck({
	id: "security-modules",
	// containerd loads its default profile by it; without it no pod starts (problem 37).
	codes: { "node.apparmor-parser.missing": WARN },
	run: ({ facts: { host } }: PreflightInput) =>
		host.apparmor && !host.commands["apparmor_parser"] ? [{ code: "node.apparmor-parser.missing" }] : [],
});
