import { expect, it } from "vitest";
import { approvalDigest } from "../../lib/approval.ts";
import type { NodeView } from "../../lib/contracts/node.ts";
import type { Db } from "../db/client.ts";
import { soundApiNode, soundFacts } from "../preflight/fixtures/node.ts";
import { currentSubject } from "./approvals.ts";
import { loadRecord } from "./record.ts";
import { whyNotStart } from "./start-check.ts";
import { changesOf } from "./testing/change.ts";
import { PROBED, testDatabase } from "./testing/migrations.ts";
import { planRequest, testNodes, testPlanning } from "./testing/plans.ts";

/** The cluster lists node1; node2 was added by hand. */
const apiNode = async (id: string) => (id === "node1" ? soundApiNode(soundFacts(PROBED)) : null);
const known = (manual: boolean) => async (ids: readonly string[]) =>
	ids.map((id) => ({ id, name: id, manual: id === "node2" && manual, hostKey: "accepted", ownCredential: true }) as NodeView);

async function withApi(): Promise<Db> {
	const db = await testDatabase();
	await db.cluster.update({ where: { id: "cluster1" }, data: { kubeconfig: "sealed" } });
	await testNodes(db, "node1", "node2");
	return db;
}

const runsOf = (db: Db) =>
	db.run.findMany({ select: { id: true, nodeName: true, state: true, withoutApi: true }, orderBy: { position: "asc" } });
it("keeps a node that the API does not know out until a person lets it go without", async () => {
	const db = await withApi();
	await testPlanning(db, { apiNode }).draft(planRequest(["node1", "node2"]));
	expect(await runsOf(db)).toMatchObject([
		{ nodeName: "node1", state: "queued", withoutApi: false },
		{ nodeName: "node2", state: "skipped", withoutApi: false },
	]);
});

it("lets that node go without the API, and no other of the same migration", async () => {
	const db = await withApi();
	const id = await testPlanning(db, { apiNode }).draft(planRequest(["node1", "node2"], { withoutApi: true }));
	const [one, two] = await runsOf(db);
	expect([one, two]).toMatchObject([
		{ nodeName: "node1", state: "queued", withoutApi: false },
		{ nodeName: "node2", state: "queued", withoutApi: true },
	]);
	expect((await loadRecord(db, one?.id ?? "")).withoutApi).toBe(false);
	expect((await loadRecord(db, two?.id ?? "")).withoutApi).toBe(true);
	expect(await whyNotStart(db, id, { confirm: undefined, withoutApi: false }, known(true))).toBeNull();
	expect(await changesOf(db).start(id, "ann")).toEqual(["node2"]);
});

it("starts what was seen, and nothing else under the same name", async () => {
	const db = await withApi();
	const id = await testPlanning(db, { apiNode }).draft(planRequest(["node1"]));
	const digest = approvalDigest(await currentSubject(db, id));
	const [run] = await runsOf(db);
	await db.run.update({ where: { id: run?.id ?? "" }, data: { withoutApi: true } });
	await expect(changesOf(db).start(id, "ann", { digest })).rejects.toMatchObject({ code: "migration.changed-since" });
	expect(await db.migration.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "draft", startedAt: null });
	await db.run.update({ where: { id: run?.id ?? "" }, data: { withoutApi: false } });
	await changesOf(db).start(id, "ann", { digest });
	expect(await db.migration.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "running" });
});

it("is refused at the start where the API knows every node, and where it has come to know one", async () => {
	const db = await withApi();
	const planning = testPlanning(db, { apiNode });
	const all = await planning.draft(planRequest(["node1"]));
	expect(await whyNotStart(db, all, { confirm: undefined, withoutApi: true }, known(true))).toMatchObject({
		code: "migration.without-api-refused",
		values: { node: "node1" },
	});
	const some = await planning.draft(planRequest(["node2"], { withoutApi: true }));
	expect(await whyNotStart(db, some, { confirm: undefined, withoutApi: true }, known(false))).toMatchObject({
		code: "migration.api-knows-node",
		values: { node: "node2" },
	});
});

it("is not started while nobody has accepted the key of the host that the way leads through", async () => {
	const db = await withApi();
	const jump = { jumpAddress: "192.0.2.99", jumpPort: 2222, jumpUser: "hop", jumpAuthKind: "key" };
	const credential = { id: "cred1", clusterId: "cluster1", user: "root", port: 22, authKind: "key", secret: "", privilege: "root" };
	await db.credential.create({ data: { ...credential, ...jump } });
	const id = await testPlanning(db, { apiNode }).draft(planRequest(["node1"]));
	const ask = () => whyNotStart(db, id, { confirm: undefined, withoutApi: false }, known(true));
	expect(await ask()).toEqual({
		code: "migration.jump-host-key-unknown",
		values: { address: "192.0.2.99", port: 2222, node: "node1", count: 1 },
	});
	const key = { algorithm: "ssh-ed25519", keyBase64: "", sha256: "", acceptedBy: "person", userName: "ann" };
	await db.hostKey.create({ data: { id: "key1", address: "192.0.2.99", port: 2222, ...key } });
	expect(await ask()).toBeNull();
});

it("asks anew where the cluster's API was taken away after planning, and then says of which nodes", async () => {
	const db = await withApi();
	const id = await testPlanning(db, { apiNode }).draft(planRequest(["node1"]));
	await db.cluster.update({ where: { id: "cluster1" }, data: { kubeconfig: null } });
	expect(await whyNotStart(db, id, { confirm: undefined, withoutApi: false }, known(true))).toMatchObject({
		code: "migration.without-api-needed",
	});
	expect(await changesOf(db).start(id, "ann", { withoutApi: true })).toEqual(["node1"]);
	expect(await runsOf(db)).toMatchObject([{ nodeName: "node1", withoutApi: true }]);
});

it("holds for a further attempt of the same node, as long as the API does not know it", async () => {
	const db = await withApi();
	const id = await testPlanning(db, { apiNode }).draft(planRequest(["node2"], { withoutApi: true }));
	const [first] = await runsOf(db);
	const again = { id: first?.id ?? "", nodeId: "node2", attempt: 1, position: 0 };
	const rows = [
		await testPlanning(db, { apiNode }).again(id, again),
		await testPlanning(db, { apiNode: async () => soundApiNode(soundFacts(PROBED)) }).again(id, again),
	];
	expect(rows).toMatchObject([
		{ state: "queued", withoutApi: true },
		{ state: "queued", withoutApi: false },
	]);
});
