import { describe, expect, it } from "vitest";
import { policySchema } from "./contracts/plan.ts";
import { chosenNodes, fromTemplate, lacksCanaries, migrationDraftSchema, namedCanaries, openDraft } from "./migration-draft.ts";

describe("openDraft", () => {
	it("goes on with what was entered", () => {
		const draft = { ...openDraft(null, null), clusterId: "c1", nodeIds: ["n1"], reason: "why", withoutApi: true };
		expect(openDraft(JSON.stringify(draft), null)).toEqual(draft);
	});

	it("takes nodes that were just chosen, each once, and asks anew about a missing API", () => {
		const draft = { ...openDraft(null, null), clusterId: "c1", nodeIds: ["n1"], reason: "why", withoutApi: true };
		const opened = openDraft(JSON.stringify(draft), chosenNodes({ clusterId: "c2", direction: "rollback", nodeIds: ["a", "b", "a"] }));
		expect(opened).toMatchObject({ clusterId: "c2", direction: "rollback", nodeIds: ["a", "b"], reason: "why", withoutApi: false });
	});

	it("begins afresh where what is stored cannot be read", () => {
		const empty = migrationDraftSchema.parse({});
		expect(empty.policy.maxUnavailable).toBe(1);
		for (const stored of ["", "{", "[]", '{"policy":{"maxUnavailable":0}}', null]) expect(openDraft(stored, "{}")).toEqual(empty);
	});
});

describe("fromTemplate", () => {
	const at = "2026-11-29T12:00:00Z";
	const kept = { id: "t1", name: "careful", description: "", createdBy: "ann", createdAt: at, updatedAt: at };
	const template = {
		...kept,
		direction: "migrate" as const,
		policy: policySchema.parse({ maxUnavailable: 3 }),
		reason: "",
		ticket: "CHG-1",
	};
	const draft = { ...openDraft(null, null), clusterId: "c1", nodeIds: ["n1"], reason: "mine", ticket: "mine" };

	it("fills in direction and policy, and only those texts that it has", () => {
		const { policy } = template;
		expect(fromTemplate(draft, template)).toEqual({
			direction: "migrate",
			policy,
			canariesNamed: false,
			nodeIds: ["n1"],
			reason: "mine",
			ticket: "CHG-1",
		});
	});

	it("drops nodes that were chosen for the other direction", () => {
		expect(fromTemplate(draft, { ...template, direction: "rollback" })).toMatchObject({ direction: "rollback", nodeIds: [] });
	});
});

describe("named canaries", () => {
	const draft = (nodeIds: string[], canariesNamed: boolean) => ({
		nodeIds: ["n1", "n2"],
		policy: policySchema.parse({ rollout: { canary: { nodeIds } } }),
		canariesNamed,
	});

	it("are missing where none of them is chosen, and never replaced by the first ones", () => {
		expect(lacksCanaries(draft([], true))).toBe(true);
		expect(lacksCanaries(draft(["n3"], true))).toBe(true);
		expect(lacksCanaries(draft(["n2", "n3"], true))).toBe(false);
		expect(namedCanaries(draft(["n2", "n3"], true))).toEqual(["n2"]);
		expect(lacksCanaries(draft([], false))).toBe(false);
		expect(lacksCanaries({ ...draft([], true), policy: policySchema.parse({}) })).toBe(false);
	});

	it("are known of a draft of an earlier version by what it names", () => {
		const { canariesNamed: _, ...earlier } = openDraft(null, null);
		const stored = (nodeIds: string[]) => JSON.stringify({ ...earlier, policy: { rollout: { canary: { nodeIds } } } });
		expect(openDraft(stored(["n1"]), null).canariesNamed).toBe(true);
		expect(openDraft(stored([]), null).canariesNamed).toBe(false);
	});
});
