import { expect, it } from "vitest";
import { policySchema } from "./contracts/plan.ts";
import { paceChanges, paceOf, withPace } from "./pace.ts";

const policy = policySchema.parse({ maxUnavailable: 1, rollout: { canary: { nodes: 2, soakS: 60, ask: true }, batchSize: "10%" } });

it("changes what it names and nothing else", () => {
	const changed = withPace(policy, { ...paceOf(policy), maxUnavailable: "20%", soakS: 5 });
	expect(changed).toEqual({
		...policy,
		maxUnavailable: "20%",
		rollout: { ...policy.rollout, canary: { ...policy.rollout.canary, soakS: 5 } },
	});
	expect(withPace(policy, paceOf(policy))).toEqual(policy);
});

it("gives a migration without canaries none", () => {
	const plain = policySchema.parse({});
	expect(withPace(plain, { ...paceOf(plain), soakS: 5 })).toEqual(plain);
});

it("says what differs, and nothing where nothing does", () => {
	const before = paceOf(policy);
	const after = { ...before, batchSize: null, window: { from: "22:00", to: "04:00", timeZone: "UTC" } };
	expect(paceChanges(before, after)).toEqual([
		{ field: "batchSize", before: "10%", after: "" },
		{ field: "window", before: "", after: "22:00-04:00 UTC" },
	]);
	expect(paceChanges(before, { ...before })).toEqual([]);
});
