import { expect, it } from "vitest";
import { goesByWord, keepsApiAbsent, overrideList, plannedOverrides, sameOverrides, withOverrides } from "./review-overrides.ts";

const space = { nodeId: "n1", code: "node.space.threshold" };
const containers = { nodeId: "n2", code: "docker.foreign-containers" };

it("adds and takes away, and gives what the API takes", () => {
	const both = withOverrides(withOverrides(new Set(), [space, containers], true), [space], true);
	expect(overrideList(both)).toEqual([space, containers]);
	expect(overrideList(withOverrides(both, [space], false))).toEqual([containers]);
});

it("knows what a plan was made in spite of", () => {
	const planned = plannedOverrides([{ nodeId: "n1", withoutApi: false, overrides: [{ code: space.code, reason: "enough", by: "ann" }] }]);
	expect(sameOverrides(planned, withOverrides(new Set(), [space], true))).toBe(true);
	expect(sameOverrides(planned, withOverrides(new Set(), [containers], true))).toBe(false);
	expect(sameOverrides(planned, new Set())).toBe(false);
	expect(overrideList(plannedOverrides([{ nodeId: "n1", withoutApi: true, overrides: [] }]))).toEqual([
		{ nodeId: "n1", code: "cluster.api.absent" },
	]);
});

it("tells the word for the whole plan from an override for one node, and when it is taken back", () => {
	const absent = { code: "cluster.api.absent", reason: "known", by: "ann" };
	const byWord = { nodeId: "n1", withoutApi: true, overrides: [] };
	const overridden = { nodeId: "n2", withoutApi: true, overrides: [absent] };
	expect(goesByWord([byWord, overridden])).toBe(true);
	expect(goesByWord([overridden, { ...byWord, withoutApi: false }])).toBe(false);
	const planned = plannedOverrides([byWord, overridden]);
	expect(keepsApiAbsent([byWord, overridden], planned)).toBe(true);
	expect(keepsApiAbsent([byWord, overridden], withOverrides(planned, [{ nodeId: "n1", code: absent.code }], false))).toBe(false);
});
