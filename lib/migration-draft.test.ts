import { describe, expect, it } from "vitest";
import { migrationDraftSchema } from "./contracts/draft.ts";
import { policySchema } from "./contracts/plan.ts";
import {
	chosenNodes,
	draftOfPlan,
	fromTemplate,
	isPlanOf,
	lacksCanaries,
	namedCanaries,
	openDraft,
	plannedPolicy,
} from "./migration-draft.ts";
import { migrationView } from "./testing/migration-view.ts";
import { runView } from "./testing/run-view.ts";

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
	const runs = ["n2", "n1"].map((nodeId) => runView({ nodeId }));

	it("belong together until something is changed", () => {
		expect(draft).toMatchObject({ nodeIds: ["n1", "n2"], canariesNamed: true, reason: "why" });
		expect(isPlanOf({ ...draft, reason: " why " }, migration, runs)).toBe(true);
		for (const change of [
			{ nodeIds: ["n1"] },
			{ nodeIds: ["n1", "n3"] },
			{ ticket: "CHG-2" },
			{ direction: "rollback" as const },
			{ policy: { ...policy, keepDocker: true } },
		])
			expect(isPlanOf({ ...draft, ...change }, migration, runs), JSON.stringify(change)).toBe(false);
	});

	it("count a canary that is no longer chosen as none", () => {
		const named = policySchema.parse({ rollout: { canary: { nodeIds: ["n2", "gone"] } } });
		expect(plannedPolicy({ policy: named, nodeIds: ["n1", "n2"] }).rollout.canary?.nodeIds).toEqual(["n2"]);
		expect(isPlanOf({ ...draft, policy: named }, migration, runs)).toBe(true);
	});

	it("part when the word to go without the API is taken back, and not where a node goes by its own override", () => {
		const alone = runs.map((run) => ({ ...run, withoutApi: run.nodeId === "n1" }));
		expect(isPlanOf({ ...draft, withoutApi: true }, migration, alone)).toBe(true);
		expect(isPlanOf({ ...draft, withoutApi: false }, migration, alone)).toBe(false);
		expect(isPlanOf({ ...draft, withoutApi: true }, migration, runs)).toBe(true);
		const overrides = [{ code: "cluster.api.absent", reason: "known", by: "ann" }];
		const overridden = alone.map((run) => ({ ...run, overrides }));
		expect(isPlanOf({ ...draft, withoutApi: false }, migration, overridden)).toBe(true);
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
