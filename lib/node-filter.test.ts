import { describe, expect, it } from "vitest";
import type { ApiNode, NodeView } from "./contracts/node.ts";
import { compareNodes, filterChoices, filterNodes, NO_FILTER, runtimeGroup } from "./node-filter.ts";
import { nodeView } from "./testing/node-view.ts";

const api = (change: Partial<ApiNode> = {}): ApiNode => ({
	name: "node1",
	uid: "u1",
	status: "Ready",
	ready: true,
	unschedulable: false,
	roles: ["worker"],
	createdAt: "2026-01-01T00:00:00Z",
	version: "v1.18.9",
	internalIp: "10.0.0.1",
	externalIp: "",
	osImage: "CentOS Linux 7 (Core)",
	kernelVersion: "5.9.1-1.el7",
	containerRuntime: "docker://19.3.13",
	labels: {},
	heartbeatAt: null,
	...change,
});
const node = (name: string, change: Partial<NodeView> = {}, ofApi: Partial<ApiNode> = {}): NodeView =>
	nodeView({ id: name, name, api: api({ name, ...ofApi }), ...change });
const all = NO_FILTER;
const names = (nodes: readonly NodeView[]) => nodes.map((one) => one.name);

describe("the filter", () => {
	const fleet = [
		node("node1", { controlPlane: true }, { roles: ["master"] }),
		node("node2", { runtime: "containerd", runtimeText: "containerd://1.4.3" }),
		node("node10", { runtime: "docker" }, { status: "NotReady" }),
		node("node3", { runtime: "unknown", api: null, runtimeText: "" }),
	];

	it("finds all words in any column, in any order and case", () => {
		expect(names(filterNodes(fleet, { ...all, text: "CENTOS node1" }, new WeakMap()))).toEqual(["node1", "node10"]);
		expect(names(filterNodes(fleet, { ...all, text: "notready" }, new WeakMap()))).toEqual(["node10"]);
		expect(filterNodes(fleet, { ...all, text: "node1 nowhere" }, new WeakMap())).toEqual([]);
	});

	it("narrows to a runtime, however the kubelet reaches it", () => {
		expect(names(filterNodes(fleet, { ...all, runtime: "docker" }, new WeakMap()))).toEqual(["node1", "node10"]);
		expect(names(filterNodes(fleet, { ...all, runtime: "other" }, new WeakMap()))).toEqual(["node3"]);
	});

	it("narrows to control plane or workers", () => {
		expect(names(filterNodes(fleet, { ...all, role: "control-plane" }, new WeakMap()))).toEqual(["node1"]);
		expect(names(filterNodes(fleet, { ...all, role: "worker" }, new WeakMap()))).toEqual(["node2", "node10", "node3"]);
	});

	const judged = (block: string[], warn: string[] = []) => ({ at: "2026-01-02T00:00:00Z", block, warn, note: ["folders.odd"] });
	const told = [
		node("ready", { preflight: judged([]) }, { labels: { zone: "a" } }),
		node("warned", { preflight: judged([], ["clock.skew"]) }, { version: "v1.9.11", labels: { zone: "b", gpu: "" } }),
		node("blocked", { preflight: judged(["space.low", "etcd.ill"], ["clock.skew"]) }, { version: "v1.20.2" }),
		node("unseen"),
	];

	it("narrows by readiness, version, label and finding, all at once", () => {
		const found = (change: Partial<typeof all>) => names(filterNodes(told, { ...all, ...change }, new WeakMap()));
		expect(found({ readiness: "attention" })).toEqual(["warned"]);
		expect(found({ version: "v1.18.9" })).toEqual(["ready", "unseen"]);
		expect(found({ label: "zone" })).toEqual(["ready", "warned"]);
		expect(found({ label: "zone!=a" })).toEqual(["warned", "blocked", "unseen"]);
		expect(found({ finding: "clock.skew" })).toEqual(["warned", "blocked"]);
		expect(found({ finding: "clock.skew", label: "gpu" })).toEqual(["warned"]);
		expect(found({ finding: "folders.odd", readiness: "unknown" })).toEqual([]);
	});

	it("offers the versions as they grow, and the findings that most nodes have first", () => {
		expect(filterChoices(told)).toEqual({
			versions: ["v1.9.11", "v1.18.9", "v1.20.2"],
			findings: [
				{ code: "folders.odd", nodes: 3 },
				{ code: "clock.skew", nodes: 2 },
				{ code: "etcd.ill", nodes: 1 },
				{ code: "space.low", nodes: 1 },
			],
		});
	});

	it("knows cri-dockerd for Docker", () => {
		expect(runtimeGroup({ runtime: "cri-dockerd" })).toBe("docker");
	});
});

describe("the order", () => {
	const sorted = (column: Parameters<typeof compareNodes>[0], nodes: NodeView[]) =>
		names([...nodes].sort((one, other) => compareNodes(column, one, other)));

	it("is natural for names", () => {
		expect(sorted("name", [node("node10"), node("node2"), node("node1")])).toEqual(["node1", "node2", "node10"]);
	});

	it("goes by numbers for addresses and versions", () => {
		expect(sorted("internalIp", [node("b", {}, { internalIp: "10.0.0.10" }), node("a", {}, { internalIp: "10.0.0.9" })])).toEqual([
			"a",
			"b",
		]);
		expect(sorted("version", [node("b", {}, { version: "v1.18.9" }), node("a", {}, { version: "v1.9.11" })])).toEqual(["a", "b"]);
	});

	it("puts what stands in the way first by readiness, the most of it before", () => {
		const judged = (block: string[], warn: string[]) => ({ preflight: { at: "", block, warn, note: [] } });
		const some = [
			node("ready", judged([], [])),
			node("warned", judged([], ["a"])),
			node("unseen"),
			node("blocked", judged(["a"], [])),
			node("worse", judged(["a", "b"], [])),
			node("there", { runtime: "containerd" }),
		];
		expect(sorted("readiness", some)).toEqual(["worse", "blocked", "warned", "unseen", "ready", "there"]);
	});

	it("puts the youngest first by age, and goes by name where all else is equal", () => {
		const old = node("old", {}, { createdAt: "2020-01-01T00:00:00Z" });
		expect(sorted("age", [old, node("b"), node("a")])).toEqual(["a", "b", "old"]);
	});
});
