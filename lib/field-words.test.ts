import { expect, it } from "vitest";
import { fieldWords } from "./field-words.ts";

it("names a field of a policy as its form does, the group first where the field alone says little", () => {
	expect(fieldWords("maxUnavailable")).toEqual(["migration.maxUnavailable"]);
	expect(fieldWords("rollout.canary.nodes")).toEqual(["migration.canary", "migration.canaryNodes"]);
});

it("names a field of a pace, which is recorded without its path, as it does in the policy", () => {
	for (const [field, path] of [
		["pauseS", "rollout.pauseS"],
		["soakS", "rollout.canary.soakS"],
		["window", "rollout.window"],
	] as const) {
		expect(fieldWords(field)).not.toBeNull();
		expect(fieldWords(field)).toEqual(fieldWords(path));
	}
});

it("names nothing that it does not know", () => {
	for (const field of ["rollout.moon", "toString", ""]) expect(fieldWords(field)).toBeNull();
});
