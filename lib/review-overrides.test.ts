import { expect, it } from "vitest";
import { overrideList, plannedOverrides, sameOverrides, withOverrides } from "./review-overrides.ts";

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
