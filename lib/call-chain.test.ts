import { expect, it } from "vitest";
import { callChain } from "./call-chain.ts";
import type { NodeView } from "./contracts/node.ts";

const chain = (runtime: NodeView["runtime"]) => {
	const found = callChain({ runtime, api: null }, null);
	return found && { now: found.now.map(({ name }) => name), after: found.after?.map(({ name }) => name) ?? null };
};

it("takes dockershim and dockerd out from between", () => {
	expect(chain("dockershim")).toEqual({
		now: ["kubelet", "dockershim", "dockerd", "containerd", "runc"],
		after: ["kubelet", "containerd", "runc"],
	});
	expect(chain("cri-dockerd")?.now).toEqual(["kubelet", "cri-dockerd", "dockerd", "containerd", "runc"]);
});

it("marks what leaves, and only that", () => {
	const leaves = callChain({ runtime: "cri-dockerd", api: null }, null)?.now.filter(({ fate }) => fate === "leaves");
	expect(leaves?.map(({ name }) => name)).toEqual(["cri-dockerd", "dockerd"]);
});

it("has nothing to change on containerd, and no picture of what nobody knows", () => {
	expect(chain("containerd")).toEqual({ now: ["kubelet", "containerd", "runc"], after: null });
	expect(chain("unknown")).toBeNull();
});
