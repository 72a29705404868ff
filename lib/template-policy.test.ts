import { expect, it } from "vitest";
import { policySchema } from "./contracts/plan.ts";
import { templatePolicy } from "./template-policy.ts";

it("keeps the number of the canaries that were named, and not their names", () => {
	const policy = policySchema.parse({ rollout: { canary: { nodes: 1, nodeIds: ["n1", "n2"], soakS: 60, ask: true }, batchSize: "10%" } });
	expect(templatePolicy(policy).rollout).toMatchObject({ canary: { nodes: 2, nodeIds: [], soakS: 60, ask: true }, batchSize: "10%" });
});

it.each([
	["canaries by number", { canary: { nodes: "5%" } }],
	["no canaries", {}],
])("leaves %s as they are", (_, rollout) => {
	const policy = policySchema.parse({ rollout });
	expect(templatePolicy(policy)).toEqual(policy);
});
