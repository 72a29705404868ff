import { expect, it } from "vitest";
import { fieldChanges } from "./field-changes.ts";

it("tells what differs, nested fields by their path", () => {
	const before = { name: "a", port: 22, canary: null, rollout: { pauseS: 0, order: "name" }, mirrors: [] };
	const after = { name: "a", port: 2222, canary: { nodes: 1 }, rollout: { pauseS: 4, order: "name" }, mirrors: ["x", { y: 1 }] };
	expect(fieldChanges(before, after)).toEqual([
		{ field: "port", before: "22", after: "2222" },
		{ field: "canary.nodes", before: "", after: "1" },
		{ field: "rollout.pauseS", before: "0", after: "4" },
		{ field: "mirrors", before: "", after: 'x, {"y":1}' },
	]);
});

it("tells what is gone, and nothing where nothing differs", () => {
	expect(fieldChanges({ jump: "a@b:22" }, {})).toEqual([{ field: "jump", before: "a@b:22", after: "" }]);
	expect(fieldChanges({ a: 1, b: { c: false } }, { a: 1, b: { c: false } })).toEqual([]);
});
