import { describe, expect, it } from "vitest";
import { policySchema } from "./contracts/plan.ts";
import {
	chosenNodes,
	draftOfPlan,
	fromTemplate,
	isPlanOf,
	lacksCanaries,
	migrationDraftSchema,
	namedCanaries,
	openDraft,
	plannedPolicy,
} from "./migration-draft.ts";
import { migrationView } from "./testing/migration-view.ts";

const empty = migrationDraftSchema.parse({});

describe("openDraft", () => {
	it("takes nodes that were just chosen, each once", () => {
		const opened = openDraft(chosenNodes({ clusterId: "c2", direction: "rollback", nodeIds: ["a", "b", "a"] }));
		expect(opened).toEqual({ ...empty, clusterId: "c2", direction: "rollback", nodeIds: ["a", "b"] });
	});

	it("is empty where nothing that can be read was chosen", () => {
		expect(empty.policy.maxUnavailable).toBe(1);
		for (const chosen of ["", "{", "[]", '{"clusterId":"c1","direction":"migrate","nodeIds":[]}', null])
			expect(openDraft(chosen)).toEqual(empty);
	});
});

describe("a draft and its plan", () => {
	const policy = policySchema.parse({ rollout: { canary: { nodeIds: ["n2"] } } });
	const migration = migrationView({ policy, reason: "why", ticket: "CHG-1" });
	const draft = draftOfPlan(migration, ["n1", "n2"]);

	it("belong together until something is changed", () => {
		expect(draft).toMatchObject({ nodeIds: ["n1", "n2"], canariesNamed: true, reason: "why" });
		expect(isPlanOf({ ...draft, reason: " why " }, migration, ["n2", "n1"])).toBe(true);
		for (const change of [
			{ nodeIds: ["n1"] },
			{ nodeIds: ["n1", "n3"] },
			{ ticket: "CHG-2" },
			{ direction: "rollback" as const },
			{ policy: { ...policy, keepDocker: true } },
		])
			expect(isPlanOf({ ...draft, ...change }, migration, ["n1", "n2"]), JSON.stringify(change)).toBe(false);
	});

	it("count a canary that is no longer chosen as none", () => {
		const named = policySchema.parse({ rollout: { canary: { nodeIds: ["n2", "gone"] } } });
		expect(plannedPolicy({ policy: named, nodeIds: ["n1", "n2"] }).rollout.canary?.nodeIds).toEqual(["n2"]);
		expect(isPlanOf({ ...draft, policy: named }, migration, ["n1", "n2"])).toBe(true);
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
	const draft = { ...empty, clusterId: "c1", nodeIds: ["n1"], reason: "mine", ticket: "mine" };

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
});
