import { expect, it } from "vitest";
import { CONTAINERD_CONFIG_FIXTURES } from "../fixtures/containerd-configs.ts";
import { misnamedPlugins } from "./misnamed.ts";

const found = (name: string) => misnamedPlugins(CONTAINERD_CONFIG_FIXTURES.find((fixture) => fixture.name === name)?.text ?? "absent = 1");

it("problem 1: finds the short names that stop containerd under version 2, with their line", () => {
	expect(found("the hand procedure with its CNI snippet")).toEqual([{ kind: "short", name: "cri", line: 4 }]);
	expect(found("the hand procedure with its stream snippet")).toEqual([{ kind: "short", name: "cri", line: 2 }]);
	expect(found("Docker's package with version 2 above")).toEqual([{ kind: "short", name: "cri", line: 2 }]);
});

it("finds the long names that version 1 passes over", () => {
	expect(found("long names without version 2")).toEqual([{ kind: "long", name: "io.containerd.grpc.v1.cri", line: 1 }]);
});

it("finds nothing where names and version agree", () => {
	for (const name of ["the hand procedure", "Docker's package", "version 1 with short names", "config default of 2.0", "dotted keys"]) {
		expect(found(name), name).toEqual([]);
	}
});
