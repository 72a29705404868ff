import { expect, it } from "vitest";
import { migrationDraftSchema } from "./contracts/draft.ts";
import { policySchema } from "./contracts/plan.ts";
import { readDraft } from "./draft-shape.ts";

const whole = migrationDraftSchema.parse({
	clusterId: "c1",
	direction: "rollback",
	nodeIds: ["n1"],
	policy: policySchema.parse({
		maxUnavailable: "20%",
		sandboxImage: "pause:3.9",
		registryMirrors: [{ registry: "docker.io", mirrors: ["https://mirror"] }],
		rollout: { canary: { nodeIds: ["n1"] }, batchSize: "10%", window: { from: "22:00", to: "04:00", timeZone: "UTC" } },
	}),
});

it("gives back what was stored", () => {
	expect(readDraft(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
});

it("fills in what an older version did not store, and leaves out what nobody knows", () => {
	const { podGate: _, ...rollout } = whole.policy.rollout;
	expect(readDraft({ ...whole, ticket: undefined, old: 1, policy: { ...whole.policy, rollout } })).toEqual(whole);
});

it.each([
	null,
	[[]],
	"{}",
	{ ...whole, nodeIds: [1] },
	{ ...whole, nodeIds: "n1" },
	{ ...whole, direction: "sideways" },
	{ ...whole, reason: 7 },
	{ ...whole, policy: [] },
	{ ...whole, policy: { ...whole.policy, maxUnavailable: "200%" } },
	{ ...whole, policy: { ...whole.policy, drain: { ...whole.policy.drain, enabled: "yes" } } },
	{ ...whole, policy: { ...whole.policy, rollout: { ...whole.policy.rollout, batchSize: 0 } } },
])("takes %j for nothing", (stored) => {
	expect(readDraft(stored)).toBeNull();
});
