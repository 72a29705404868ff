import { expect, it } from "vitest";
import type { CredentialInput } from "../../lib/contracts/inventory.ts";
import { SshPool } from "../ssh/pool.ts";
import { keyPair } from "../ssh/testing/keys.ts";
import { TestServer } from "../ssh/testing/server.ts";
import { Credentials } from "./credentials.ts";
import { sessionsOf } from "./node-access.ts";
import { addCluster, inventory } from "./testing/inventory.ts";

const input = (change: Partial<CredentialInput> = {}): CredentialInput => ({
	user: "ops",
	port: 22,
	auth: { kind: "password", password: "S3cretLogin" },
	privilege: "root",
	jump: null,
	...change,
});

async function setUp() {
	const parts = await inventory();
	const clusterId = await addCluster(parts.db);
	const add = (name: string) => parts.nodes.add({ clusterId, name, address: `10.0.0.${name.slice(4)}`, port: null });
	const [one, two] = [await add("node1"), await add("node2")];
	parts.forgotten.length = 0;
	return { ...parts, clusterId, one: one.id, two: two.id };
}

it("signs in with the cluster's, or with the node's own in its place", async () => {
	const { credentials, clusterId, one, two, nodes } = await setUp();
	await expect(credentials.targetOf(one)).rejects.toMatchObject({ code: "inventory.no-credential", values: { node: "node1" } });
	await credentials.set({ clusterId }, input({ privilege: "sudo-password" }));
	await credentials.set({ nodeId: two }, input({ user: "deploy", port: 2222, privilege: "sudo" }));
	expect(await credentials.targetOf(one)).toEqual({
		address: "10.0.0.1",
		port: 22,
		user: "ops",
		auth: { kind: "password", password: "S3cretLogin" },
		// Without one of its own, sudo asks for the login's.
		privilege: { kind: "sudo", password: "S3cretLogin" },
		hostKeys: [],
	});
	expect(await credentials.targetOf(two)).toMatchObject({ user: "deploy", port: 2222, privilege: { kind: "sudo" } });
	await nodes.setWay(one, { port: 2022, address: "192.0.2.7" });
	expect(await credentials.targetOf(one)).toMatchObject({ address: "192.0.2.7", port: 2022 });
	await credentials.remove({ nodeId: two });
	expect(await credentials.targetOf(two)).toMatchObject({ user: "ops", port: 22 });
});

it("keeps secrets that are left out, and shows none", async () => {
	const { credentials, clusterId, one, db } = await setUp();
	const { privateKey, algorithm } = keyPair("ed25519", "S3cretPhrase");
	const auth = { kind: "key" as const, privateKey, passphrase: "S3cretPhrase" };
	const jump = { address: "jump.example", port: 22, user: "hop", auth: { kind: "password" as const, password: "S3cretJump" } };
	await credentials.set({ clusterId }, input({ auth, privilege: "sudo-password", sudoPassword: "S3cretSudo", jump }));
	const kept = await credentials.set(
		{ clusterId },
		input({
			user: "admin",
			auth: { kind: "key" },
			privilege: "sudo-password",
			jump: { ...jump, user: "hopper", auth: { kind: "password" } },
		}),
	);
	expect(kept).toMatchObject({
		user: "admin",
		auth: { kind: "key", hasPassphrase: true, key: { algorithm, sha256: expect.stringMatching(/^SHA256:/) } },
		hasSudoPassword: true,
		jump: { address: "jump.example", user: "hopper", auth: { kind: "password" } },
	});
	expect(await credentials.get({ clusterId })).toEqual(kept);
	expect(JSON.stringify([kept, await db.credential.findMany()])).not.toMatch(/S3cret|PRIVATE KEY/);
	expect(await credentials.targetOf(one)).toMatchObject({
		auth,
		privilege: { kind: "sudo", password: "S3cretSudo" },
		jump: { user: "hopper", auth: { password: "S3cretJump" }, hostKeys: [] },
	});
	// What is no longer needed is not kept.
	await credentials.set({ clusterId }, input({ auth: { kind: "key" }, privilege: "root" }));
	await expect(credentials.set({ clusterId }, input({ auth: { kind: "key" }, privilege: "sudo-password" }))).rejects.toMatchObject({
		code: "credential.missing",
		values: { field: "sudoPassword" },
	});
});

it("refuses a key that it cannot read, and says why", async () => {
	const { credentials, clusterId, db } = await setUp();
	const { privateKey, keyBase64, algorithm } = keyPair("ed25519", "right");
	const set = (auth: CredentialInput["auth"]) => credentials.set({ clusterId }, input({ auth }));
	await expect(set({ kind: "key", privateKey })).rejects.toMatchObject({
		code: "credential.key-needs-passphrase",
		values: { hop: "node" },
	});
	await expect(set({ kind: "key", privateKey, passphrase: "wrong" })).rejects.toMatchObject({ code: "credential.wrong-passphrase" });
	await expect(set({ kind: "key", privateKey: `${algorithm} ${keyBase64}` })).rejects.toMatchObject({ code: "credential.key-unreadable" });
	await expect(set({ kind: "key" })).rejects.toMatchObject({ code: "credential.missing", values: { field: "privateKey" } });
	await expect(set({ kind: "password" })).rejects.toMatchObject({ code: "credential.missing", values: { field: "password" } });
	const jump = { address: "jump", port: 22, user: "hop", auth: { kind: "key" as const, privateKey } };
	await expect(credentials.set({ clusterId }, input({ jump }))).rejects.toMatchObject({ values: { hop: "jump" } });
	expect(await db.credential.count()).toBe(0);
});

it("ends the connections of those nodes that sign in with it", async () => {
	const { credentials, clusterId, one, two, forgotten, nodes } = await setUp();
	await credentials.set({ nodeId: two }, input());
	expect(forgotten.splice(0)).toEqual([two]);
	await credentials.set({ clusterId }, input());
	expect(forgotten.splice(0)).toEqual([one]);
	await credentials.remove({ nodeId: two });
	await nodes.setWay(one, { address: "10.0.0.9" });
	expect(forgotten).toEqual([two, one]);
});

it("opens a session with what is stored at that moment", async () => {
	const { db, seal, hub, clusterId, one, nodes } = await setUp();
	const server = await TestServer.start();
	const pool = new SshPool();
	try {
		const credentials = new Credentials({ db, seal, hub, pool });
		await nodes.setWay(one, { address: "127.0.0.1", port: server.port });
		await credentials.set({ clusterId }, input({ auth: { kind: "password", password: "not the password" } }));
		const session = sessionsOf(pool, credentials)(one);
		const ask = () => session.run("echo here", { timeoutMs: 20_000, privileged: false });
		await expect(ask()).rejects.toMatchObject({ code: "host-key.unknown" });
		for (const { algorithm, keyBase64 } of server.accepted) {
			const key = {
				id: algorithm,
				address: "127.0.0.1",
				port: server.port,
				algorithm,
				keyBase64,
				sha256: "",
				acceptedBy: "person",
				userName: "Ann",
			};
			await db.hostKey.create({ data: key });
		}
		pool.forget(one);
		await expect(ask()).rejects.toMatchObject({ code: "authentication.refused" });
		// The pool does not try a refused credential again by itself: `set` tells it that there is another one.
		await credentials.set({ clusterId }, input({ auth: { kind: "password", password: "login-password" } }));
		expect((await ask()).stdout.toString()).toBe("here\n");
	} finally {
		await pool.drain({ timeoutMs: 1_000 });
		await server.stop();
	}
});
