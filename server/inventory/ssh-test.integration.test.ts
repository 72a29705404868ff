import { afterEach, expect, it } from "vitest";
import type { SshTest } from "../../lib/contracts/node-page.ts";
import type { SshTarget } from "../ssh/session.ts";
import { keyPair } from "../ssh/testing/keys.ts";
import { TestServer, type TestServerOptions } from "../ssh/testing/server.ts";
import { InventoryError } from "./errors.ts";
import { testSsh } from "./ssh-test.ts";

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
});

async function start(options: TestServerOptions = {}): Promise<TestServer> {
	const server = await TestServer.start(options);
	servers.push(server);
	return server;
}

const test = (target: () => SshTarget) => testSsh("node1", { credentials: { targetOf: async () => target() } });
const outcomes = ({ steps }: SshTest) => steps.map(({ id, outcome }) => `${id} ${outcome}`);
const failure = ({ steps }: SshTest) => steps.find(({ error }) => error !== null)?.error?.code;

it("goes all the way, names what it met, and leaves no connection behind", async () => {
	const server = await start();
	const result = await test(() => server.target());
	expect([result.ok, outcomes(result)]).toEqual([true, ["reach ok", "host-key ok", "login ok", "shell ok", "root ok"]]);
	const [reach, key, login, , root] = result.steps;
	expect(reach).toMatchObject({ found: `127.0.0.1:${server.port}`, durationMs: expect.any(Number) });
	expect(key?.found).toMatch(/^ssh-ed25519 SHA256:/);
	expect([login?.found, root?.found]).toEqual(["ops · key", "root"]);
	await expect.poll(() => server.openConnections).toBe(0);
});

it("tells a closed port, a strange key, a refused login and a missing sudo apart, and tries nothing after them", async () => {
	const server = await start();
	const closed = await start();
	const port = closed.port;
	await closed.stop();
	const reach = await test(() => server.target({ port }));
	expect([outcomes(reach)[0], outcomes(reach)[1], failure(reach)]).toEqual([
		"reach failed",
		"host-key not-tried",
		"ssh.connection.refused",
	]);

	const unknown = await test(() => server.target({ hostKeys: [] }));
	expect(outcomes(unknown)).toEqual(["reach ok", "host-key failed", "login not-tried", "shell not-tried", "root not-tried"]);
	expect([failure(unknown), unknown.steps[1]?.found]).toEqual(["ssh.host-key.unknown", expect.stringContaining("SHA256:")]);
	expect(server.attempts).toEqual([]);
	const changed = await test(() => server.target({ hostKeys: [keyPair()] }));
	expect([outcomes(changed)[1], failure(changed)]).toEqual(["host-key failed", "ssh.host-key.changed"]);

	const refused = await test(() => server.target({ auth: { kind: "password", password: "S3cretWrong" } }));
	expect(outcomes(refused)).toEqual(["reach ok", "host-key ok", "login failed", "shell not-tried", "root not-tried"]);
	expect(failure(refused)).toBe("ssh.authentication.refused");
	expect(JSON.stringify(refused)).not.toContain("S3cretWrong");

	const noSudo = await start({ sudo: false, env: { FAKE_UID: "1000" } });
	const poor = await test(() => noSudo.target({ privilege: { kind: "sudo" } }));
	expect(outcomes(poor)).toEqual(["reach ok", "host-key ok", "login ok", "shell ok", "root failed"]);
	expect(failure(poor)).toBe("ssh.privilege.sudo-missing");
});

it("tells a login that is not root, where root was said", async () => {
	const server = await start({ env: { FAKE_UID: "1000" } });
	const result = await test(() => server.target());
	expect([outcomes(result).at(-1), failure(result)]).toEqual(["root failed", "ssh.privilege.not-root"]);
});

it("goes over a jump host, and says where on the way it ends", async () => {
	const [jump, node] = [await start(), await start()];
	const through = (change: Partial<SshTarget["jump"]> = {}) => {
		const { address, port, user, auth, hostKeys } = jump.target();
		return node.target({ jump: { address, port, user, auth, hostKeys, ...change } });
	};
	const ok = await test(() => through());
	expect(outcomes(ok)).toEqual(["jump-host ok", "reach ok", "host-key ok", "login ok", "shell ok", "root ok"]);
	const strange = await test(() => through({ hostKeys: [] }));
	expect([outcomes(strange).slice(0, 2), failure(strange)]).toEqual([["jump-host failed", "reach not-tried"], "ssh.host-key.unknown"]);
	const target = through();
	await node.stop();
	const gone = await test(() => target);
	expect(outcomes(gone).slice(0, 3)).toEqual(["jump-host ok", "reach failed", "host-key not-tried"]);
});

it("names a credential that nobody has given, and throws what is no answer about the way", async () => {
	const without = (code: "inventory.no-credential" | "inventory.not-found") =>
		test(() => {
			throw new InventoryError(code, { node: "node1" });
		});
	const result = await without("inventory.no-credential");
	expect([result.ok, outcomes(result)[0], outcomes(result)[2], failure(result)]).toEqual([
		false,
		"reach not-tried",
		"login failed",
		"inventory.no-credential",
	]);
	await expect(without("inventory.not-found")).rejects.toMatchObject({ code: "inventory.not-found" });
});
