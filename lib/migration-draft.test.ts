import { describe, expect, it } from "vitest";
import { chosenNodes, migrationDraftSchema, openDraft } from "./migration-draft.ts";

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
