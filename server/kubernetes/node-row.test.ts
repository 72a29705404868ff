import type { V1Node } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { apiNodeSchema } from "../../lib/contracts/node.ts";
import { isoTime, type NodeRow, otherNodesUnavailable, toApiNode, toNodeRow } from "./node-row.ts";

const at = (text: string) => new Date(text);

function node(change: { labels?: Record<string, string>; spec?: V1Node["spec"]; ready?: string | null } = {}): V1Node {
	return {
		metadata: { name: "node1", uid: "u-1", resourceVersion: "42", creationTimestamp: at("2026-01-01T00:00:00Z"), labels: change.labels },
		spec: change.spec,
		status: {
			addresses: [
				{ type: "Hostname", address: "node1" },
				{ type: "InternalIP", address: "10.0.0.5" },
				{ type: "InternalIP", address: "fd00::5" },
				{ type: "ExternalIP", address: "203.0.113.5" },
			],
			conditions:
				change.ready === null
					? []
					: [
							{ type: "MemoryPressure", status: "False" },
							{
								type: "Ready",
								status: change.ready ?? "True",
								reason: "KubeletReady",
								message: "kubelet is posting ready status",
								lastHeartbeatTime: at("2026-09-01T10:00:00Z"),
								lastTransitionTime: at("2026-08-01T10:00:00Z"),
							},
						],
			nodeInfo: {
				architecture: "amd64",
				bootID: "b",
				containerRuntimeVersion: "docker://20.10.24",
				kernelVersion: "5.10.0",
				kubeProxyVersion: "v1.20.2",
				kubeletVersion: "v1.20.2",
				machineID: "m",
				operatingSystem: "linux",
				osImage: "Debian GNU/Linux 12 (bookworm)",
				systemUUID: "s",
			},
		},
	};
}

describe("toNodeRow", () => {
	test("carries every column of kubectl get nodes -o wide", () => {
		expect(toNodeRow(node())).toMatchObject({
			name: "node1",
			status: "Ready",
			roles: [],
			createdAt: "2026-01-01T00:00:00.000Z",
			version: "v1.20.2",
			internalIp: "10.0.0.5",
			externalIp: "203.0.113.5",
			osImage: "Debian GNU/Linux 12 (bookworm)",
			kernelVersion: "5.10.0",
			containerRuntime: "docker://20.10.24",
			bootId: "b",
			machineId: "m",
		});
	});

	test("is stored and shown by its contract, whole", () => {
		const shown = toApiNode(toNodeRow(node({ ready: "Unknown" })));
		expect(apiNodeSchema.parse(shown)).toEqual(shown);
		expect(shown).toMatchObject({ status: "NotReady", ready: false, heartbeatAt: "2026-09-01T10:00:00.000Z" });
		expect(apiNodeSchema.parse(toApiNode(toNodeRow({ metadata: { name: "new" } })))).toMatchObject({ heartbeatAt: null, ready: false });
	});

	test.each([
		["True", false, "Ready", "True"],
		["True", true, "Ready,SchedulingDisabled", "True"],
		["False", false, "NotReady", "False"],
		["Unknown", true, "NotReady,SchedulingDisabled", "Unknown"],
		[null, false, "Unknown", "absent"],
	])("a Ready condition of %s, unschedulable %s, reads %s", (ready, unschedulable, status, row) => {
		expect(toNodeRow(node({ ready, spec: { unschedulable } }))).toMatchObject({ status, ready: row, unschedulable });
	});

	test.each([
		[{ "node-role.kubernetes.io/master": "" }, ["master"], true],
		[{ "node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/control-plane": "" }, ["control-plane", "worker"], true],
		[{ "kubernetes.io/role": "node", "node-role.kubernetes.io/": "" }, ["node"], false],
	])("roles of %o", (labels, roles, controlPlaneLabel) => {
		expect(toNodeRow(node({ labels }))).toMatchObject({ roles, controlPlaneLabel });
	});

	test("keeps conditions with their times, and says null where the server sent none", () => {
		const { conditions } = toNodeRow(node());
		expect(conditions[0]).toMatchObject({ type: "MemoryPressure", heartbeatAt: null, transitionAt: null });
		expect(conditions[1]).toMatchObject({ heartbeatAt: "2026-09-01T10:00:00.000Z", transitionAt: "2026-08-01T10:00:00.000Z" });
	});

	test("a node that just registered has a row without values, not an error", () => {
		expect(toNodeRow({ metadata: { name: "new", creationTimestamp: new Date(Number.NaN) } })).toMatchObject({
			name: "new",
			status: "Unknown",
			createdAt: "",
			internalIp: "",
			containerRuntime: "",
			taints: [],
		});
	});
});

test("otherNodesUnavailable counts what is not Ready or is cordoned, once each, without our own", () => {
	const row = (name: string, ready: NodeRow["ready"], unschedulable = false) => ({ ...toNodeRow(node()), name, ready, unschedulable });
	const rows = [
		row("a", "True"),
		row("b", "False", true),
		row("c", "Unknown"),
		row("d", "True", true),
		row("e", "absent"),
		row("f", "False"),
	];
	expect(otherNodesUnavailable(rows, new Set(["f"]))).toEqual([
		{ name: "b", reason: "not-ready" },
		{ name: "c", reason: "not-ready" },
		{ name: "d", reason: "cordoned" },
		{ name: "e", reason: "not-ready" },
	]);
});

test.each([
	[new Date("2026-09-01T10:00:00Z"), "2026-09-01T10:00:00.000Z"],
	["2026-09-01T10:00:00.123456Z", "2026-09-01T10:00:00.123Z"],
	["nonsense", null],
	[new Date(Number.NaN), null],
	[undefined, null],
	[null, null],
])("isoTime of %o is %o", (time, iso) => {
	expect(isoTime(time)).toBe(iso);
});
