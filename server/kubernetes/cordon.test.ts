import { describe, expect, test } from "vitest";
import { CORDON_MARK, cordonPatch, uncordonPatch } from "./cordon.ts";
import { toNodeRow } from "./node-row.ts";

const node = (unschedulable: boolean, mark?: string) =>
	toNodeRow({
		metadata: { name: "n1", resourceVersion: "7", annotations: mark === undefined ? {} : { [CORDON_MARK]: mark } },
		spec: { unschedulable },
	});

test("a cordon names its run and the version it was decided on; a cordoned node is left alone", () => {
	expect(cordonPatch(node(false), "run-1")).toEqual({
		metadata: { resourceVersion: "7", annotations: { [CORDON_MARK]: "run-1" } },
		spec: { unschedulable: true },
	});
	expect(cordonPatch(node(true), "run-1")).toBeNull();
});

describe("uncordonPatch", () => {
	test("takes back the run's own cordon, mark and all", () => {
		const { patch, result } = uncordonPatch(node(true, "run-1"), "run-1");
		expect(result).toBe("uncordoned");
		expect(patch).toEqual({ metadata: { resourceVersion: "7", annotations: { [CORDON_MARK]: null } }, spec: { unschedulable: null } });
	});

	test("leaves a person's cordon and another run's", () => {
		expect(uncordonPatch(node(true), "run-1")).toEqual({ patch: null, result: "not-ours" });
		expect(uncordonPatch(node(true, "run-2"), "run-1")).toEqual({ patch: null, result: "not-ours" });
	});

	test("cleans up its mark where somebody else was faster, and no other's", () => {
		expect(uncordonPatch(node(false, "run-1"), "run-1")).toMatchObject({ result: "was-schedulable", patch: { metadata: {} } });
		expect(uncordonPatch(node(false, "run-2"), "run-1")).toEqual({ patch: null, result: "was-schedulable" });
		expect(uncordonPatch(node(false), "run-1")).toEqual({ patch: null, result: "was-schedulable" });
	});

	test("a person may take back anybody's", () => {
		expect(uncordonPatch(node(true), null)).toEqual({
			result: "uncordoned",
			patch: { metadata: { resourceVersion: "7" }, spec: { unschedulable: null } },
		});
		expect(uncordonPatch(node(true, "run-2"), null).result).toBe("uncordoned");
	});
});
