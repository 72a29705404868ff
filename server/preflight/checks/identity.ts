import { BLOCK, type CommonInput, defineCheck, WARN } from "../check.ts";

/** Does this way over SSH lead to the machine that the API calls by this node's name? */
export const identity = defineCheck({
	id: "identity",
	codes: {
		"node.identity.other-machine": BLOCK,
		// A node that is not Ready has not told the API of its last boot yet.
		"node.identity.boot-unknown": WARN,
	},
	run: ({ facts: { host }, apiNode }: CommonInput) => {
		if (!apiNode?.bootId || !host.bootId || apiNode.bootId === host.bootId) return [];
		const values = { node: apiNode.name, hostname: host.hostname, bootId: host.bootId, apiBootId: apiNode.bootId };
		// Clones of one image may share the machine id: it can tell two machines apart, not prove one.
		const sameMachine = apiNode.machineId !== "" && apiNode.machineId === host.machineId;
		const code = sameMachine && apiNode.ready !== "True" ? "node.identity.boot-unknown" : "node.identity.other-machine";
		return [{ code, values }];
	},
});
