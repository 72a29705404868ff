import { expect, test } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import { fieldChanges } from "../../lib/field-changes.ts";
import { namedPolicy } from "./named-policy.ts";

const NAMES = new Map([
	["49fc03d7a0c4", "node4"],
	["8b1c6f0e2d3a", "node7"],
]);
const nameOf = (id: string) => NAMES.get(id) ?? id;

test("a canary's nodes are read by name, in their order", () => {
	const policy = policySchema.parse({ rollout: { canary: { nodes: 1, nodeIds: ["8b1c6f0e2d3a", "49fc03d7a0c4"] } } });
	expect(fieldChanges(policySchema.parse({ rollout: { canary: { nodes: 1 } } }), namedPolicy(policy, nameOf))).toEqual([
		{ field: "rollout.canary.named", before: "", after: "node7, node4" },
	]);
});

test("a policy without a canary is as it is", () => {
	const policy = policySchema.parse({ rollout: { canary: null } });
	expect(namedPolicy(policy, nameOf)).toEqual(policy);
});
