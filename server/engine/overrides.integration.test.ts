import { expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { soundApiNode, soundFacts } from "../preflight/fixtures/node.ts";
import { runDetail } from "./history.ts";
import { PROBED, testDatabase } from "./testing/migrations.ts";
import { planRequest, testNodes, testPlanning } from "./testing/plans.ts";

const FAILING = "kubelet.healthz.failing";
const failing = (facts: Facts) => {
	facts.kubelet.healthz = { known: true, value: { address: "127.0.0.1", port: 10_248, ok: false } };
};
const apiNode = async () => soundApiNode(soundFacts(PROBED));

it("lets one node go in spite of a finding, with why and by whom on its record, and no other", async () => {
	const db = await testDatabase();
	const nodeIds = await testNodes(db, "node1", "node2");
	const overrides = [
		{ nodeId: "node2", code: FAILING },
		{ nodeId: "node2", code: "node.space.threshold" },
	];
	await testPlanning(db, { apiNode, change: failing }).draft(planRequest(nodeIds, { overrides, overrideReason: "known, OPS-2" }));
	const [one, two] = await db.run.findMany({ orderBy: { position: "asc" } });
	expect(one).toMatchObject({ state: "skipped", result: { code: "run.blocked", values: { blocks: 1, first: FAILING } }, overrides: [] });
	expect(two).toMatchObject({ state: "queued", withoutApi: false });
	const detail = await runDetail(db, two?.id ?? "");
	expect(detail?.run.overrides).toEqual([{ code: FAILING, reason: "known, OPS-2", by: "ann@example.com" }]);
	expect(detail?.findings).toMatchObject([{ code: FAILING, severity: "block", overridable: true }]);
});

it("keeps a node out whatever is said of a finding that cannot be overridden", async () => {
	const db = await testDatabase();
	const nodeIds = await testNodes(db, "node1");
	const left = (facts: Facts) => {
		facts.gantry.dockerOff = true;
	};
	const overrides = [{ nodeId: "node1", code: "gantry.docker-off.left" }];
	await testPlanning(db, { apiNode, change: left }).draft(planRequest(nodeIds, { overrides, overrideReason: "I know" }));
	expect(await db.run.findFirstOrThrow()).toMatchObject({ state: "skipped", result: { code: "run.blocked" } });
});

it("holds for a further attempt of the node, and for nothing else that is found then", async () => {
	const db = await testDatabase();
	const nodeIds = await testNodes(db, "node1");
	const overrides = [{ nodeId: "node1", code: FAILING }];
	const id = await testPlanning(db, { apiNode, change: failing }).draft(planRequest(nodeIds, { overrides, overrideReason: "known" }));
	const first = await db.run.findFirstOrThrow();
	const again = { id: first.id, nodeId: "node1", attempt: 1, position: 0 };
	const same = await testPlanning(db, { apiNode, change: failing }).again(id, again);
	expect(same).toMatchObject({ state: "queued", overrides: [{ code: FAILING, reason: "known", by: "ann@example.com" }] });
	const worse = (facts: Facts) => {
		failing(facts);
		facts.docker.defaultRuntime = { known: true, value: "nvidia" };
	};
	expect(await testPlanning(db, { apiNode, change: worse }).again(id, again)).toMatchObject({
		state: "skipped",
		result: { code: "run.blocked", values: { blocks: 1, first: "docker.default-runtime" } },
	});
});
