import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { auditListSchema } from "@/lib/contracts/audit-page.ts";
import { nodeFilesSchema, nodePodListSchema, sshTestSchema } from "@/lib/contracts/node-page.ts";
import { policySchema } from "@/lib/contracts/plan.ts";
import type { Problem } from "@/lib/contracts/problem.ts";
import { HIDDEN } from "@/lib/secret-text.ts";
import type { ClusterApi } from "@/server/kubernetes/cluster-api.ts";
import { KubernetesError } from "@/server/kubernetes/error.ts";
import { toPodRow } from "@/server/kubernetes/pod-row.ts";
import { planMigration } from "@/server/plan/migrate.ts";
import { fileWith, soundFacts } from "@/server/preflight/fixtures/node.ts";
import { TestServer } from "@/server/ssh/testing/server.ts";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { GET as audit } from "./audit/route.ts";
import { PUT as setCredential } from "./clusters/[id]/credential/route.ts";
import { GET as files } from "./nodes/[id]/files/route.ts";
import { GET as pods } from "./nodes/[id]/pods/route.ts";
import { POST as testSsh } from "./nodes/[id]/ssh-test/route.ts";

const SECRET = "S3cretRegistry";
const NODE = "n1";
let test: TestConsole;
let ssh: TestServer;
let cookie: string;

beforeAll(async () => {
	[test, ssh] = [await testConsole(), await TestServer.start()];
	cookie = await test.signIn();
	const node = { id: NODE, name: "node1", address: "127.0.0.1", manual: true };
	await test.console.db.cluster.create({ data: { id: "c1", name: "prod", nodes: { create: node } } });
	const body = {
		user: "root",
		port: ssh.port,
		auth: { kind: "key", privateKey: ssh.clientKey.privateKey },
		privilege: { kind: "root" },
	};
	const set = await test.call(setCredential, "/api/v1/clusters/c1/credential", { method: "PUT", params: { id: "c1" }, body, cookie });
	expect(set.status).toBe(200);
});
afterAll(async () => {
	await test.close();
	await ssh.stop();
});

const get = (handler: typeof pods, id = NODE) => test.call(handler, `/api/v1/nodes/${id}`, { params: { id }, cookie });
const post = (id = NODE, signedIn = cookie) =>
	test.call(testSsh, `/api/v1/nodes/${id}/ssh-test`, { method: "POST", params: { id }, body: {}, cookie: signedIn });
const recorded = async () =>
	auditListSchema
		.parse(await (await test.call(audit, "/api/v1/audit?limit=10", { cookie })).json())
		.events.filter(({ action }) => action === "node.test-ssh");

it("is for people who are signed in, and for nodes that are there", async () => {
	expect((await post(NODE, "")).status).toBe(401);
	for (const response of [await post("nobody"), await get(pods, "nobody"), await get(files, "nobody")]) expect(response.status).toBe(404);
	expect(ssh.connections).toBe(0);
});

it("tests the way by SSH step by step, and records where it ended", async () => {
	const strange = sshTestSchema.parse(await (await post()).json());
	expect([strange.ok, strange.steps.find(({ error }) => error !== null)?.id]).toEqual([false, "host-key"]);
	const [key] = ssh.hostKeys;
	await test.console.db.hostKey.create({
		data: {
			id: "k1",
			address: "127.0.0.1",
			port: ssh.port,
			algorithm: key?.algorithm ?? "",
			keyBase64: key?.keyBase64 ?? "",
			sha256: "",
			acceptedBy: "person",
			userName: "me",
		},
	});
	const through = sshTestSchema.parse(await (await post()).json());
	expect(through).toMatchObject({ ok: true });
	expect((await recorded()).slice(0, 2)).toMatchObject([
		{ outcome: "ok", targetName: "node1", values: {} },
		{ outcome: "ok", targetName: "node1", values: { step: "host-key", code: "ssh.host-key.unknown" } },
	]);
});

it("shows the pods that the cluster's API has on the node now, and says what keeps it from that", async () => {
	expect(nodePodListSchema.parse(await (await get(pods)).json())).toEqual({ pods: null });
	const asked = vi.fn<ClusterApi["podsOnNode"]>(async () => [toPodRow({ metadata: { namespace: "web", name: "front" } })]);
	const connection = vi.spyOn(test.console.connections, "get").mockResolvedValue({ podsOnNode: asked } as unknown as ClusterApi);
	expect(nodePodListSchema.parse(await (await get(pods)).json()).pods).toMatchObject([{ name: "front", drain: "bare" }]);
	expect(asked.mock.calls[0]?.[0]).toBe("node1");
	asked.mockRejectedValue(new KubernetesError("cluster.forbidden", { verb: "list", resource: "pods", reason: "no" }));
	const refused = await get(pods);
	expect([refused.status, (await refused.json()) as Problem]).toMatchObject([422, { code: "cluster.forbidden", values: { verb: "list" } }]);
	connection.mockRestore();
});

it("shows files as they are and would be, and what a run saved, without a secret in either", async () => {
	expect(nodeFilesSchema.parse(await (await get(files)).json())).toEqual({ planned: null, plannedError: null, snapshot: null });

	const sound = soundFacts(readFileSync("server/probe/fixtures/bookworm-dockershim.txt", "utf8"));
	const kept = Buffer.from(sound.containerd.config.contentBase64 ?? "", "base64").toString("utf8");
	const config = `${kept}\n[plugins.cri.registry.configs."r".auth]\n  password = "${SECRET}"\n`;
	const facts = { ...sound, containerd: { ...sound.containerd, config: fileWith(sound.containerd.config.path, config) } };
	await test.console.db.node.update({ where: { id: NODE }, data: { facts: { create: { facts: { ...facts } } }, factsAt: new Date() } });
	const planned = nodeFilesSchema.parse(await (await get(files)).json());
	const change = planned.planned?.find(({ path }) => path === sound.containerd.config.path);
	const text = (base64: string | null | undefined) => Buffer.from(base64 ?? "", "base64").toString("utf8");
	expect(text(change?.after?.contentBase64)).toContain("sandbox_image");
	expect(text(change?.before?.contentBase64)).toContain(HIDDEN);
	expect(text(change?.after?.contentBase64)).not.toContain(SECRET);

	const policy = policySchema.parse({ installCrictl: false });
	const runId = "run0000001";
	const plan = planMigration({ runId, nodeName: "node1", controlPlane: false, facts, policy, findings: [], crictl: null });
	await test.console.db.migration.create({
		data: {
			id: "m1",
			clusterId: "c1",
			direction: "migrate",
			state: "done",
			policy: { ...policy },
			reason: "",
			ticket: "",
			createdById: "u",
			createdBy: "me",
			runs: {
				create: {
					id: runId,
					nodeId: NODE,
					nodeName: "node1",
					direction: "migrate",
					position: 0,
					state: "done",
					fromRuntime: plan.runtimeFrom,
					toRuntime: plan.runtimeTo,
					plan: JSON.parse(JSON.stringify(plan)),
					endedAt: new Date(),
					steps: {
						create: {
							stepId: "snapshot",
							position: 1,
							phase: "prepare",
							where: "node",
							state: "ok",
							startedAt: new Date("2026-01-01T00:00:00Z"),
						},
					},
				},
			},
		},
	});
	const { snapshot } = nodeFilesSchema.parse(await (await get(files)).json());
	expect(snapshot).toMatchObject({ runId, folder: `/var/lib/gantry/runs/${runId}/snapshot`, takenAt: "2026-01-01T00:00:00.000Z" });
	const saved = snapshot?.files.find(({ path }) => path === sound.containerd.config.path);
	expect([saved?.before?.sha256, text(saved?.before?.contentBase64).includes(SECRET)]).toEqual([facts.containerd.config.sha256, false]);
});
