import { afterEach, describe, expect, it } from "vitest";
import { SshError } from "../ssh/errors.ts";
import { fingerprint } from "../ssh/host-key.ts";
import { keyPair, type TestKey } from "../ssh/testing/keys.ts";
import { TestServer } from "../ssh/testing/server.ts";
import { HostKeys, type HostKeysOptions } from "./host-keys.ts";
import { addCluster, inventory, PERSON } from "./testing/inventory.ts";

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
});

async function start(...hostKeys: TestKey[]): Promise<TestServer> {
	const server = await TestServer.start({ hostKeys });
	servers.push(server);
	return server;
}

const sha256 = (key: TestKey) => fingerprint(key.wire);
const line = (name: string, key: TestKey) => `${name} ${key.algorithm} ${key.keyBase64}\n`;
const [ed, rsa, otherEd, thirdEd] = [keyPair(), keyPair("rsa"), keyPair(), keyPair()];

async function setUp(change: Partial<HostKeysOptions> = {}) {
	const parts = await inventory();
	const clusterId = await addCluster(parts.db);
	await parts.credentials.set(
		{ clusterId },
		{ user: "ops", port: 22, auth: { kind: "password", password: "login-password" }, privilege: "sudo", jump: null },
	);
	const add = async (name: string, port: number) => (await parts.nodes.add({ clusterId, name, address: "127.0.0.1", port })).id;
	const hostKeys = new HostKeys({ ...parts, ...change });
	const audited = async () => (await parts.audit.list()).events.map((event) => [event.action, event.values]);
	return { ...parts, clusterId, add, hostKeys, audited };
}

describe("keys of a node that nobody knows", () => {
	it("are listed with what known_hosts says, and accepted one by one", async () => {
		const { add, hostKeys, nodes, audited, forgotten, credentials } = await setUp();
		const server = await start(ed, rsa);
		const id = await add("node1", server.port);
		const scan = await hostKeys.scan([id], {
			knownHosts: line(`[127.0.0.1]:${server.port}`, ed) + line(`[node1]:${server.port}`, otherEd),
		});
		const common = { hop: "node", nodeNames: ["node1"], address: "127.0.0.1", port: server.port, state: "unknown", accepted: [] };
		expect(scan).toMatchObject({ failures: [], unchanged: 0 });
		expect(scan.keys).toMatchObject([
			{ ...common, algorithm: "ssh-ed25519", sha256: sha256(ed), knownHosts: "match" },
			{ ...common, algorithm: "ssh-rsa", sha256: sha256(rsa), knownHosts: "unknown" },
		]);
		expect((await nodes.get(id)).hostKey).toBe("unknown");
		forgotten.length = 0;
		const entry = scan.keys[1]?.id ?? "";
		expect(await hostKeys.acceptOne(scan.id, entry, PERSON)).toMatchObject({ algorithm: "ssh-rsa", acceptedBy: "person", userName: "Ann" });
		expect((await credentials.targetOf(id)).hostKeys).toEqual([{ algorithm: "ssh-rsa", keyBase64: rsa.keyBase64 }]);
		expect([(await nodes.get(id)).hostKey, forgotten]).toEqual(["accepted", [id]]);
		expect(await audited()).toEqual([
			["host-key.accept", { address: "127.0.0.1", port: server.port, algorithm: "ssh-rsa", sha256: sha256(rsa), by: "person" }],
		]);
		// One is enough: the server proved that it is the one whose key was accepted.
		expect(await hostKeys.scan([id])).toMatchObject({ keys: [], unchanged: 1 });
	});

	it("are accepted together where known_hosts names them, by address or by node", async () => {
		const { add, hostKeys, audited } = await setUp();
		const [first, second, third] = [await start(ed, rsa), await start(otherEd), await start(thirdEd)];
		const ids = [await add("node1", first.port), await add("node2", second.port), await add("node3", third.port)];
		const knownHosts = [
			line(`[127.0.0.1]:${first.port}`, ed) + line(`[127.0.0.1]:${first.port}`, rsa),
			line(`[node2]:${second.port}`, otherEd),
			`@revoked ${line(`[node3]:${third.port}`, thirdEd)}`,
		].join("");
		const scan = await hostKeys.scan(ids, { knownHosts });
		expect(scan.keys.map((key) => [key.nodeNames[0], key.knownHosts])).toEqual([
			["node1", "match"],
			["node1", "match"],
			["node2", "match"],
			["node3", "revoked"],
		]);
		const added = await hostKeys.acceptMatches(scan.id, knownHosts, PERSON);
		expect(added.map((key) => [key.port, key.algorithm, key.acceptedBy])).toEqual([
			[first.port, "ssh-ed25519", "known-hosts"],
			[first.port, "ssh-rsa", "known-hosts"],
			[second.port, "ssh-ed25519", "known-hosts"],
		]);
		expect(await audited()).toHaveLength(3);
		expect(await hostKeys.acceptMatches(scan.id, knownHosts, PERSON)).toEqual([]);
		await expect(hostKeys.acceptOne(scan.id, scan.keys[3]?.id ?? "", PERSON, knownHosts)).rejects.toMatchObject({
			code: "host-keys.revoked",
		});
		expect(await hostKeys.list()).toHaveLength(3);
	});
});

it("refuses a changed key by every way but the explicit one", async () => {
	const { add, hostKeys, audited, credentials, db } = await setUp();
	const server = await start(ed, rsa);
	const id = await add("node1", server.port);
	const before = await hostKeys.scan([id]);
	for (const key of before.keys) await hostKeys.acceptOne(before.id, key.id, PERSON);
	await server.stop();
	// The host comes back with another ed25519 key; its rsa key is the same.
	const accepted = await db.hostKey.findMany();
	const now = await start(otherEd, rsa);
	await db.hostKey.updateMany({ data: { port: now.port } });
	await db.node.update({ where: { id }, data: { port: now.port } });
	const knownHosts = line(`[127.0.0.1]:${now.port}`, otherEd);
	const scan = await hostKeys.scan([id], { knownHosts });
	expect(scan.keys).toMatchObject([{ algorithm: "ssh-ed25519", sha256: sha256(otherEd), state: "changed", knownHosts: "match" }]);
	expect(scan.keys[0]?.accepted).toEqual(expect.arrayContaining([{ algorithm: "ssh-ed25519", sha256: sha256(ed) }]));
	const entry = scan.keys[0]?.id ?? "";
	expect(await hostKeys.acceptMatches(scan.id, knownHosts, PERSON)).toEqual([]);
	await expect(hostKeys.acceptOne(scan.id, entry, PERSON)).rejects.toMatchObject({
		code: "host-keys.changed",
		values: { sha256: sha256(otherEd), expected: expect.stringContaining(sha256(ed)) },
	});
	expect((await db.hostKey.findMany()).map((key) => key.keyBase64)).toEqual(accepted.map((key) => key.keyBase64));
	await hostKeys.replaceChanged(scan.id, entry, PERSON);
	const kept = (await credentials.targetOf(id)).hostKeys.map((key) => key.keyBase64).sort();
	expect(kept).toEqual([otherEd.keyBase64, rsa.keyBase64].sort());
	expect((await audited())[0]).toEqual([
		"host-key.replace",
		{ address: "127.0.0.1", port: now.port, algorithm: "ssh-ed25519", sha256: sha256(otherEd), before: `ssh-ed25519 ${sha256(ed)}` },
	]);
	await expect(hostKeys.replaceChanged(scan.id, entry, PERSON)).rejects.toMatchObject({ code: "host-keys.not-changed" });
});

it("accepts nothing that no scan saw, or that was seen too long ago", async () => {
	let nowMs = 0;
	const { add, hostKeys } = await setUp({ monotonicMs: () => nowMs });
	const server = await start(ed);
	const scan = await hostKeys.scan([await add("node1", server.port)]);
	await expect(hostKeys.acceptOne(scan.id, "made-up", PERSON)).rejects.toMatchObject({ code: "host-keys.not-in-scan" });
	await expect(hostKeys.acceptOne("made-up", scan.keys[0]?.id ?? "", PERSON)).rejects.toMatchObject({ code: "host-keys.scan-expired" });
	nowMs = 15 * 60_000;
	await expect(hostKeys.acceptOne(scan.id, scan.keys[0]?.id ?? "", PERSON)).rejects.toMatchObject({ code: "host-keys.scan-expired" });
	await expect(hostKeys.acceptMatches(scan.id, line("*", ed), PERSON)).rejects.toMatchObject({ code: "host-keys.scan-expired" });
	expect(await hostKeys.list()).toEqual([]);
});

it("sees nodes behind a jump host once that one's own key is accepted", async () => {
	const { add, hostKeys, credentials, clusterId, forgotten } = await setUp();
	const [jump, node] = [await start(ed), await start(otherEd)];
	const id = await add("node1", node.port);
	const hop = { address: "localhost", port: jump.port, user: "hop", auth: { kind: "password" as const, password: "login-password" } };
	await credentials.set({ clusterId }, { user: "ops", port: 22, auth: { kind: "password", password: "x" }, privilege: "sudo", jump: hop });
	const first = await hostKeys.scan([id]);
	expect(first.keys).toMatchObject([{ hop: "jump", address: "localhost", port: jump.port, sha256: sha256(ed), nodeNames: ["node1"] }]);
	expect(first.failures).toMatchObject([
		{ nodeNames: ["node1"], error: { code: "host-keys.jump-first", values: { jump: `localhost:${jump.port}` } } },
	]);
	forgotten.length = 0;
	await hostKeys.acceptOne(first.id, first.keys[0]?.id ?? "", PERSON);
	expect(forgotten).toEqual([id]);
	const second = await hostKeys.scan([id]);
	expect(second).toMatchObject({ failures: [], unchanged: 1, keys: [{ hop: "node", sha256: sha256(otherEd) }] });
	expect((await credentials.targetOf(id)).jump?.hostKeys).toEqual([{ algorithm: "ssh-ed25519", keyBase64: ed.keyBase64 }]);
});

it("says of each address that could not be asked why, and asks the others", async () => {
	const { add, hostKeys } = await setUp();
	const [server, gone] = [await start(ed), await start(ed)];
	const ids = [await add("node1", server.port), await add("node2", gone.port)];
	const { port } = gone;
	await gone.stop();
	const scan = await hostKeys.scan(ids);
	expect(scan.keys.map((key) => key.nodeNames)).toEqual([["node1"]]);
	expect(scan.failures).toMatchObject([{ port, nodeNames: ["node2"], error: { code: "ssh.connection.refused" } }]);
});

it("takes an acceptance back", async () => {
	const { add, hostKeys, nodes, audited } = await setUp({
		scan: async ({ address, port }) => {
			if (address !== "127.0.0.1") throw new SshError("connection.dns", { label: `${address}:${port}` });
			return [{ algorithm: ed.algorithm, keyBase64: ed.keyBase64, sha256: sha256(ed) }];
		},
	});
	const id = await add("node1", 22);
	const scan = await hostKeys.scan([id]);
	const key = await hostKeys.acceptOne(scan.id, scan.keys[0]?.id ?? "", PERSON);
	// A second click on the same button.
	expect(await hostKeys.acceptOne(scan.id, scan.keys[0]?.id ?? "", PERSON)).toEqual(key);
	await hostKeys.remove(key.id, PERSON);
	expect((await nodes.get(id)).hostKey).toBe("unknown");
	expect((await audited()).map(([action]) => action)).toEqual(["host-key.remove", "host-key.accept"]);
	await expect(hostKeys.remove(key.id, PERSON)).rejects.toMatchObject({ code: "inventory.not-found" });
});
