import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { approvalDigest } from "@/lib/approval.ts";
import { type AuditEventView, auditListSchema } from "@/lib/contracts/audit-page.ts";
import { clusterListSchema, clusterViewSchema } from "@/lib/contracts/cluster.ts";
import { credentialAnswerSchema } from "@/lib/contracts/credential.ts";
import { hostKeyScanSchema } from "@/lib/contracts/host-key.ts";
import { createdSchema } from "@/lib/contracts/id.ts";
import { nodeListSchema } from "@/lib/contracts/node.ts";
import { nodeDetailSchema } from "@/lib/contracts/node-page.ts";
import type { Problem } from "@/lib/contracts/problem.ts";
import { currentSubject } from "@/server/engine/approvals.ts";
import { soundFacts } from "@/server/preflight/fixtures/node.ts";
import { TestServer } from "@/server/ssh/testing/server.ts";
import { ADMINISTRATOR, type TestConsole, testConsole } from "../testing/console.ts";

let test: TestConsole;
let ssh: TestServer;
let cookie: string;
beforeAll(async () => {
	[test, ssh] = [await testConsole(), await TestServer.start()];
	cookie = await test.signIn();
});
afterAll(async () => {
	await test.close();
	await ssh.stop();
});

type Handler = Parameters<TestConsole["call"]>[0];
type Route = Partial<Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", Handler>>;

/** What a route answers; `path` as its folder, `{id}` for a parameter. */
async function ask(method: keyof Route, path: string, options: { params?: Record<string, string>; body?: unknown; query?: string } = {}) {
	const route: Route = await import(join("..", "v1", path.replace(/\{/g, "[").replace(/\}/g, "]"), "route.ts"));
	const handler = route[method];
	if (!handler) throw new Error(`${path} has no ${method}`);
	const { query = "", ...rest } = options;
	return test.call(handler, `/api/v1/${path}${query}`, { method, cookie, ...(method === "GET" ? {} : { body: {} }), ...rest });
}

async function json(response: Response): Promise<unknown> {
	expect([response.status, response.status === 200 ? null : await response.clone().json()]).toEqual([200, null]);
	return response.json();
}

async function problem(response: Response): Promise<Problem> {
	expect(response.headers.get("content-type")).toBe("application/problem+json");
	return (await response.json()) as Problem;
}

async function recorded(): Promise<AuditEventView[]> {
	return auditListSchema.parse(await json(await ask("GET", "audit", { query: "?limit=500" }))).events;
}

const credential = () => ({
	user: "root",
	port: ssh.port,
	auth: { kind: "key", privateKey: ssh.clientKey.privateKey },
	privilege: { kind: "root" },
});

describe("the inventory over HTTP", () => {
	let clusterId: string;
	let nodeId: string;

	it("takes a cluster without an API", async () => {
		const made = clusterViewSchema.parse(await json(await ask("POST", "clusters", { body: { name: " by hand " } })));
		clusterId = made.id;
		expect(made).toMatchObject({ name: "by hand", hasApi: false, server: null, nodes: { total: 0 }, hasCredential: false });
		const list = clusterListSchema.parse(await json(await ask("GET", "clusters")));
		expect(list.clusters.map((cluster) => cluster.id)).toEqual([clusterId]);
	});

	it("names what is wrong with an input, where, and with a name that is taken", async () => {
		const empty = await ask("POST", "clusters", { body: { name: "" } });
		expect([empty.status, await problem(empty)]).toMatchObject([400, { code: "http.invalid", issues: [{ path: "name" }] }]);
		const taken = await ask("POST", "clusters", { body: { name: "by hand" } });
		expect([taken.status, await problem(taken)]).toMatchObject([409, { code: "inventory.name-taken", values: { name: "by hand" } }]);
		const { status } = await ask("GET", "clusters/{id}", { params: { id: "nowhere" } });
		expect(status).toBe(404);
		const events = await recorded();
		expect(events[0]).toMatchObject({ action: "cluster.create", outcome: "inventory.name-taken", targetName: "by hand" });
		expect(events.filter((event) => event.action === "cluster.create")).toHaveLength(2);
	});

	it("tells why an access does not work, and stores nothing", async () => {
		const body = { name: "other", kubeconfig: "apiVersion: [", serverOverride: null };
		expect(await json(await ask("POST", "clusters/test", { body }))).toMatchObject({
			ok: false,
			problem: { code: expect.stringMatching(/^kubeconfig\./) },
		});
		const refused = await ask("POST", "clusters", { body });
		expect(refused.status).toBe(422);
		expect(await test.console.db.cluster.count()).toBe(1);
	});

	it("takes a node by hand and a credential, and never gives the secret back", async () => {
		const body = { clusterId, name: "node1", address: "127.0.0.1" };
		nodeId = createdSchema.parse(await json(await ask("POST", "nodes", { body }))).id;
		const set = await json(await ask("PUT", "clusters/{id}/credential", { params: { id: clusterId }, body: credential() }));
		expect(credentialAnswerSchema.parse(set).credential).toMatchObject({ user: "root", auth: { kind: "key", keyType: "ssh-ed25519" } });
		const text = await (await ask("GET", "clusters/{id}/credential", { params: { id: clusterId } })).text();
		expect(text).not.toContain("PRIVATE KEY");
		expect((await ask("GET", "nodes/{id}/credential", { params: { id: nodeId } })).status).toBe(200);
	});

	it("keeps a stored key where a change leaves it out", async () => {
		const body = { ...credential(), user: "root", auth: { kind: "key" } };
		const kept = await json(await ask("PUT", "clusters/{id}/credential", { params: { id: clusterId }, body }));
		expect(credentialAnswerSchema.parse(kept).credential?.auth.keyType).toBe("ssh-ed25519");
	});

	it("takes a password for sudo only where it is said that sudo asks for one, and keeps it where it is left out", async () => {
		const put = (privilege: object) =>
			ask("PUT", "clusters/{id}/credential", { params: { id: clusterId }, body: { ...credential(), privilege } });
		const dropped = await put({ kind: "sudo", password: "S3cretSudo" });
		expect([dropped.status, await problem(dropped)]).toMatchObject([400, { code: "http.invalid" }]);
		const none = await put({ kind: "sudo-password" });
		expect([none.status, await problem(none)]).toMatchObject([422, { code: "credential.missing", values: { field: "sudoPassword" } }]);
		await json(await put({ kind: "sudo-password", password: "S3cretSudo" }));
		expect(await json(await put({ kind: "sudo-password" }))).toMatchObject({ credential: { privilege: "sudo-password" } });
		expect(await test.console.credentials.targetOf(nodeId)).toMatchObject({ privilege: { kind: "sudo", password: "S3cretSudo" } });
		expect(await json(await put({ kind: "sudo" }))).toMatchObject({ credential: { privilege: "sudo" } });
		await json(await put({ kind: "root" }));
	});

	it("does not connect to a node whose host key nobody has accepted", async () => {
		const { results } = (await json(await ask("POST", "nodes/probe", { body: { nodeIds: [nodeId] } }))) as { results: unknown[] };
		expect(results).toMatchObject([{ nodeId, ok: false, error: { code: "ssh.host-key.unknown" } }]);
	});

	it("records which nodes were probed: the first by name, as many as a record holds, and how many more", async () => {
		const { db, probes } = test.console;
		const probed = vi.spyOn(probes, "probeNodes").mockResolvedValue();
		const nodes = (prefix: string) =>
			Array.from({ length: 30 }, (_, at) => ({ id: `${prefix}${at + 1}`, name: `${prefix}${at + 1}`, address: "" }));
		const long = `of-a-long-domain-name-in-this-house-${"x".repeat(20)}-`;
		await db.cluster.create({ data: { id: "many", name: "many", nodes: { create: [...nodes("w"), ...nodes(long)] } } });
		const namesOf = async (...nodeIds: string[]) => {
			await json(await ask("POST", "nodes/probe", { body: { nodeIds } }));
			return (await recorded()).find((event) => event.action === "node.probe")?.values;
		};
		expect(await namesOf(nodeId)).toEqual({ count: 1, names: "node1" });
		expect(await namesOf("w10", "w9", "gone")).toEqual({ count: 3, names: "w9, w10" });
		const first = Array.from({ length: 20 }, (_, at) => `w${at + 1}`).join(", ");
		expect(await namesOf(...nodes("w").map(({ id }) => id))).toEqual({ count: 30, names: `${first} … +10` });
		// None is cut in its middle.
		expect((await namesOf(...nodes(long).map(({ id }) => id)))?.names).toMatch(/^(of-[a-z-]+-\d+(, )?){8} … \+22$/);
		await db.cluster.delete({ where: { id: "many" } });
		probed.mockRestore();
	});

	it("shows host keys beside known_hosts, and accepts those that match together", async () => {
		const scan = hostKeyScanSchema.parse(await json(await ask("POST", "host-keys/scan", { body: { nodeIds: [nodeId] } })));
		expect(scan.keys).toMatchObject([{ nodeId, label: "node1", algorithm: "ssh-ed25519", accepted: "unknown", knownHosts: null }]);
		const params = { id: scan.scanId };
		const nothing = hostKeyScanSchema.parse(await json(await ask("POST", "host-keys/scan/{id}/accept-matches", { params })));
		expect(nothing.keys[0]?.accepted).toBe("unknown");
		const [key] = ssh.hostKeys;
		const text = `[127.0.0.1]:${ssh.port} ${key?.algorithm} ${key?.keyBase64}\n`;
		const compared = hostKeyScanSchema.parse(await json(await ask("POST", "host-keys/scan/{id}/known-hosts", { params, body: { text } })));
		expect(compared.keys[0]).toMatchObject({ knownHosts: "match", accepted: "unknown" });
		const accepted = hostKeyScanSchema.parse(await json(await ask("POST", "host-keys/scan/{id}/accept-matches", { params })));
		expect(accepted.keys[0]?.accepted).toBe("accepted");
		expect(hostKeyScanSchema.parse(await json(await ask("GET", "host-keys/scan/{id}", { params }))).keys[0]?.accepted).toBe("accepted");
		const { nodes } = nodeListSchema.parse(await json(await ask("GET", "nodes", { query: `?clusterId=${clusterId}` })));
		expect(nodes).toMatchObject([{ name: "node1", hostKey: "accepted" }]);
	});

	it("refuses a key that no scan saw, and records that", async () => {
		const scan = hostKeyScanSchema.parse(await json(await ask("POST", "host-keys/scan", { body: { nodeIds: [nodeId] } })));
		const params = { id: scan.scanId };
		expect((await ask("POST", "host-keys/scan/{id}/accept", { params, body: { entryId: "made-up" } })).status).toBe(404);
		expect((await ask("GET", "host-keys/scan/{id}", { params: { id: "none" } })).status).toBe(404);
		expect((await recorded())[0]).toMatchObject({ action: "host-key.accept", outcome: "host-keys.not-in-scan" });
	});

	it("probes a node and shows what it found", async () => {
		const { results } = (await json(await ask("POST", "nodes/probe", { body: { nodeIds: [nodeId] } }))) as { results: unknown[] };
		expect(results).toEqual([{ nodeId, ok: true, error: null }]);
		const detail = nodeDetailSchema.parse(await json(await ask("GET", "nodes/{id}", { params: { id: nodeId } })));
		expect(detail.facts?.host).toBeDefined();
		expect(detail.findings.some((finding) => finding.severity === "block")).toBe(true);
		expect(detail.findingsError).toBeNull();
	});

	it("plans a node that cannot go as one that is left out, and does not start an empty batch", async () => {
		const body = { clusterId, direction: "migrate", nodeIds: [nodeId], policy: {}, reason: "end of life", ticket: "OPS-1" };
		const id = createdSchema.parse(await json(await ask("POST", "migrations", { body }))).id;
		const params = { id };
		expect(await json(await ask("GET", "migrations/{id}", { params }))).toMatchObject({
			migration: { state: "draft", reason: "end of life", createdBy: ADMINISTRATOR.email },
			runs: [{ nodeName: "node1", state: "skipped" }],
			unavailable: [],
		});
		expect(await json(await ask("GET", "migrations"))).toMatchObject({ migrations: [{ id, counts: { skipped: 1 } }], total: 1 });
		const refused = await ask("POST", "migrations/{id}/{action}", { params: { ...params, action: "start" } });
		expect([refused.status, await problem(refused)]).toMatchObject([409, { code: "migration.without-api-needed" }]);
		const start = { ...params, action: "start" };
		const unseen = await ask("POST", "migrations/{id}/{action}", { params: start, body: { withoutApi: true } });
		expect([unseen.status, await problem(unseen)]).toMatchObject([409, { code: "migration.changed-since" }]);
		const digest = approvalDigest(await currentSubject(test.console.db, id));
		const empty = await ask("POST", "migrations/{id}/{action}", {
			params: { ...params, action: "start" },
			body: { withoutApi: true, digest },
		});
		expect([empty.status, await problem(empty)]).toMatchObject([409, { code: "migration.nothing-to-do" }]);
		const events = await recorded();
		expect(events.find((event) => event.action === "migration.plan")).toMatchObject({
			outcome: "ok",
			values: { ticket: "OPS-1", count: 1 },
		});
		expect(events.find((event) => event.action === "migration.start")).toMatchObject({ outcome: "migration.nothing-to-do" });
		await json(await ask("POST", "migrations/{id}/{action}", { params: { ...params, action: "discard" } }));
		expect((await ask("GET", "migrations/{id}", { params })).status).toBe(404);
		expect((await ask("POST", "migrations/{id}/{action}", { params: { ...params, action: "explode" } })).status).toBe(400);
	});

	it("refuses to plan a node of another cluster", async () => {
		const body = { clusterId, direction: "migrate", nodeIds: [nodeId, "stranger"], policy: {} };
		const refused = await ask("POST", "migrations", { body });
		expect([refused.status, await problem(refused)]).toMatchObject([
			422,
			{ code: "migration.node-not-in-cluster", values: { id: "stranger" } },
		]);
	});

	it("plans nothing without a reason", async () => {
		const body = { clusterId, direction: "migrate", nodeIds: [nodeId], policy: {}, reason: "  " };
		const refused = await ask("POST", "migrations", { body });
		expect([refused.status, await problem(refused)]).toMatchObject([422, { code: "migration.plan-reason-needed" }]);
		expect(await test.console.db.migration.count()).toBe(0);
	});

	it("plans no question that nobody else could answer", async () => {
		const policy = { approval: { byAnother: true }, rollout: { canary: { nodes: 1, ask: true } } };
		const body = { clusterId, direction: "migrate", nodeIds: [nodeId], policy, reason: "end of life" };
		const refused = await ask("POST", "migrations", { body });
		expect([refused.status, await problem(refused)]).toMatchObject([422, { code: "migration.no-other-person" }]);
	});

	it("leaves the API out for no node that the API knows", async () => {
		const { db } = test.console;
		const known = { id: "known", name: "known", address: "127.0.0.1", apiSeenAt: new Date() };
		await db.cluster.create({ data: { id: "withapi", name: "with an API", kubeconfig: "sealed", nodes: { create: known } } });
		const body = { clusterId: "withapi", direction: "migrate", nodeIds: ["known"], policy: {}, reason: "end of life", withoutApi: true };
		const refused = await ask("POST", "migrations", { body });
		expect([refused.status, await problem(refused)]).toMatchObject([
			422,
			{ code: "migration.without-api-refused", values: { node: "known", cluster: "with an API" } },
		]);
		expect(await db.migration.count({ where: { clusterId: "withapi" } })).toBe(0);
		await db.cluster.delete({ where: { id: "withapi" } });
	});

	it("overrides findings one by one, with a reason, and records each", async () => {
		const facts = soundFacts(readFileSync("server/probe/fixtures/bookworm-dockershim.txt", "utf8"));
		facts.kubelet.healthz = { known: true, value: { address: "127.0.0.1", port: 10_248, ok: false } };
		const read = vi.spyOn(test.console.probes, "read").mockResolvedValue(facts);
		const codes = ["cluster.api.absent", "kubelet.healthz.failing"];
		const overrides = codes.map((code) => ({ nodeId, code }));
		const body = { clusterId, direction: "migrate", nodeIds: [nodeId], policy: { installCrictl: false }, reason: "end of life", overrides };
		const unexplained = await ask("POST", "migrations", { body });
		expect([unexplained.status, await problem(unexplained)]).toMatchObject([422, { code: "migration.override-reason-needed" }]);
		const wrong = { ...body, overrides: [{ nodeId, code: "node.role.disagrees" }], overrideReason: "I know" };
		const refused = await ask("POST", "migrations", { body: wrong });
		expect([refused.status, await problem(refused)]).toMatchObject([422, { code: "migration.not-overridable", values: { node: "node1" } }]);

		const made = await ask("POST", "migrations", { body: { ...body, overrideReason: "known since OPS-2" } });
		const { id } = createdSchema.parse(await json(made));
		expect(await json(await ask("GET", "migrations/{id}", { params: { id } }))).toMatchObject({
			runs: [{ state: "queued", withoutApi: true }],
		});
		const lines = (await recorded()).filter((event) => event.action === "migration.override");
		expect(lines.map((event) => event.values)).toEqual(
			codes.toReversed().map((code) => ({ code, node: "node1", reason: "known since OPS-2" })),
		);
		// What runs then would run on this machine.
		const start = vi.spyOn(test.console.engine.change, "start").mockImplementation(async (_, __, { commit } = {}) => {
			await commit?.([], ["node1"]);
			return ["node1"];
		});
		await json(await ask("POST", "migrations/{id}/{action}", { params: { id, action: "start" } }));
		expect((await recorded()).find((event) => event.action === "migration.without-api")).toMatchObject({
			outcome: "ok",
			targetId: id,
			values: { count: 1, names: "node1" },
		});
		await json(await ask("POST", "migrations/{id}/{action}", { params: { id, action: "discard" } }));
		start.mockRestore();
		read.mockRestore();
	});

	it("records who did what, and no secret", async () => {
		const events = await recorded();
		const done = events.filter((event) => event.outcome === "ok").map((event) => event.action);
		expect(done).toEqual(
			expect.arrayContaining(["cluster.create", "node.create", "credential.set", "host-key.scan", "host-key.accept", "node.probe"]),
		);
		expect(events.every((event) => event.actorName === ADMINISTRATOR.email && event.address !== null)).toBe(true);
		expect(JSON.stringify(events)).not.toMatch(/PRIVATE KEY|correct horse/);
		const found = auditListSchema.parse(await json(await ask("GET", "audit", { query: "?q=node1&action=node.create" })));
		expect(found.events).toHaveLength(1);
		const first = auditListSchema.parse(await json(await ask("GET", "audit", { query: "?limit=2" })));
		const second = auditListSchema.parse(await json(await ask("GET", "audit", { query: `?limit=2&before=${first.next}` })));
		expect(second.events[0]?.id).toBeLessThan(first.events[1]?.id ?? 0);
	});

	it("removes the node and then the cluster", async () => {
		await json(await ask("DELETE", "nodes/{id}", { params: { id: nodeId } }));
		await json(await ask("DELETE", "clusters/{id}", { params: { id: clusterId } }));
		expect(await test.console.db.credential.count()).toBe(0);
	});
});
