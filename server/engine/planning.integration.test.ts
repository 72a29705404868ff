import { expect, it } from "vitest";
import type { ApiNode } from "../../lib/contracts/node.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import { wavesOf } from "../../lib/rollout-waves.ts";
import { soundApiNode, soundFacts } from "../preflight/fixtures/node.ts";
import { SshError } from "../ssh/errors.ts";
import { PROBED, testDatabase } from "./testing/migrations.ts";
import { planRequest, testNodes, testPlanning } from "./testing/plans.ts";

const facts = soundFacts(PROBED);

it("reads many nodes at once, but never more than a few, however many plans are asked for", async () => {
	const db = await testDatabase();
	const names = await testNodes(db, ...Array.from({ length: 30 }, (_, index) => `node${index}`));
	let [now, most] = [0, 0];
	let answer = () => {};
	const silent = new Promise<void>((resolve) => {
		answer = resolve;
	});
	const probe = async () => {
		most = Math.max(most, ++now);
		await silent;
		now -= 1;
		throw new SshError("connection.unreachable", { label: "root@192.0.2.1:22" });
	};
	const planning = testPlanning(db, { probe, apiNode: async () => soundApiNode(facts) });
	const told: string[] = [];
	const both = [
		planning.draft(planRequest(names.slice(0, 20), { onNode: (_, state) => void told.push(state) })),
		planning.draft(planRequest(names.slice(20))),
	];
	await expect.poll(() => now).toBe(16);
	answer();
	await Promise.all(both);
	expect(most).toBe(16);
	expect(told.filter((state) => state === "reading")).toHaveLength(20);
	expect(told.filter((state) => state === "failed")).toHaveLength(20);
	expect(await db.run.count({ where: { state: "skipped" } })).toBe(30);
});

it("plans the waves that the order by a label makes, the control plane last whatever its label", async () => {
	const db = await testDatabase();
	const racks: Record<string, Record<string, string>> = {
		cp1: { rack: "r1" },
		n1: { rack: "r10" },
		n2: {},
		n3: { rack: "r2" },
		n4: { rack: "r10" },
	};
	const nodeIds = await testNodes(db, ...Object.keys(racks));
	for (const id of nodeIds) await db.node.update({ where: { id }, data: { api: nodeWith(racks[id] ?? {}) } });
	const policy = policySchema.parse({ installCrictl: false, rollout: { order: "label", orderLabel: "rack", canary: {}, batchSize: 2 } });
	const controlPlane = { labels: { "node-role.kubernetes.io/control-plane": "" }, mirrorPodComponents: ["kube-apiserver"] };
	const planning = testPlanning(db, { apiNode: async (nodeId) => soundApiNode(facts, nodeId === "cp1" ? controlPlane : {}) });
	const id = await planning.draft(planRequest(nodeIds, { policy }));
	const runs = await db.run.findMany({ where: { migrationId: id }, orderBy: { position: "asc" } });
	const waves = wavesOf(
		runs.map(({ nodeId, position, plan }) => ({
			nodeId,
			state: "queued",
			position,
			controlPlane: (plan as { controlPlane: boolean }).controlPlane,
			endedMs: null,
		})),
		policy.rollout,
		"migrate",
	);
	expect(waves.map((wave) => [wave.kind, wave.runs.map(({ nodeId }) => nodeId)])).toEqual([
		["canary", ["n3"]],
		["batch", ["n1", "n4"]],
		["batch", ["n2"]],
		["control-plane", ["cp1"]],
	]);
});

function nodeWith(labels: Record<string, string>): ApiNode {
	return {
		name: "",
		uid: "",
		status: "Ready",
		ready: true,
		unschedulable: false,
		roles: [],
		createdAt: "",
		version: "",
		internalIp: "",
		externalIp: "",
		osImage: "",
		kernelVersion: "",
		containerRuntime: "",
		labels,
		heartbeatAt: null,
	};
}
