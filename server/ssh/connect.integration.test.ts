import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { connect } from "./connect.ts";
import { ChangedHostKeyError, type PresentedHostKey, UnknownHostKeyError } from "./errors.ts";
import { scanHostKeys } from "./scan.ts";
import type { NodeSession } from "./session.ts";
import { caught } from "./testing/caught.ts";
import { keyPair } from "./testing/keys.ts";
import { TestServer, type TestServerOptions } from "./testing/server.ts";

const T = { timeoutMs: 10_000 };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options?: TestServerOptions): Promise<TestServer> {
	const server = await TestServer.start(options);
	cleanups.push(() => server.stop());
	return server;
}

async function signedIn(...args: Parameters<typeof connect>): Promise<NodeSession> {
	const session = await connect(...args);
	cleanups.push(() => session.close());
	return session;
}

async function works(session: NodeSession): Promise<void> {
	expect((await session.run("echo works", T)).stdout.toString()).toBe("works\n");
}

const keys = { ed25519: keyPair("ed25519"), rsa: keyPair("rsa"), ecdsa: keyPair("ecdsa") };
const accepted = (key: keyof typeof keys) => ({ algorithm: keys[key].algorithm, keyBase64: keys[key].keyBase64 });

describe("host keys", () => {
	it("are denied when unknown, with what is needed to accept them, before a credential is offered", async () => {
		const server = await start();
		const error = await caught(connect(server.target({ hostKeys: [] }), T), "host-key.unknown");
		expect(error).toBeInstanceOf(UnknownHostKeyError);
		const { presented } = error as UnknownHostKeyError;
		expect(presented).toMatchObject({ algorithm: "ssh-ed25519", keyBase64: server.hostKeys[0]?.keyBase64 });
		expect(presented.sha256).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
		expect(error.values).toMatchObject({ fingerprint: presented.sha256, key: presented.keyBase64, hop: "node" });
		expect(server.attempts).toEqual([]);
		await works(await signedIn(server.target({ hostKeys: [presented] }), T));
	});

	it("are refused when changed, naming both fingerprints", async () => {
		const server = await start();
		const error = await caught(connect(server.target({ hostKeys: [accepted("ed25519")] }), T), "host-key.changed");
		expect(error).toBeInstanceOf(ChangedHostKeyError);
		const { presented, expected } = error as ChangedHostKeyError;
		expect(presented.keyBase64).toBe(server.hostKeys[0]?.keyBase64);
		expect(expected.map((key) => key.keyBase64)).toEqual([keys.ed25519.keyBase64]);
		expect(error.values.expected).toContain(expected[0]?.sha256);
		expect(error.values.fingerprint).toBe(presented.sha256);
		expect(server.attempts).toEqual([]);
	});

	it.each(["ed25519", "rsa", "ecdsa"] as const)("do not look changed on a server with several: %s was accepted", async (type) => {
		const server = await start({ hostKeys: Object.values(keys) });
		const seen: PresentedHostKey[] = [];
		await works(await signedIn(server.target({ hostKeys: [accepted(type)] }), { ...T, onHostKey: (key) => seen.push(key) }));
		expect(seen.map((key) => key.keyBase64)).toEqual([keys[type].keyBase64]);
	});

	it("of another type than the accepted one count as changed", async () => {
		const server = await start({ hostKeys: [keys.rsa] });
		await caught(connect(server.target({ hostKeys: [accepted("ed25519")] }), T), "host-key.changed");
	});

	it("are scanned per algorithm without signing in", async () => {
		const server = await start({ hostKeys: Object.values(keys) });
		const found = await scanHostKeys({ address: "127.0.0.1", port: server.port }, T);
		expect(found.map((key) => key.keyBase64)).toEqual([keys.ed25519.keyBase64, keys.ecdsa.keyBase64, keys.rsa.keyBase64]);
		expect(server.attempts).toEqual([]);
	});

	it("are scanned where the server has one only", async () => {
		const server = await start({ hostKeys: [keys.rsa] });
		expect((await scanHostKeys({ address: "127.0.0.1", port: server.port }, T)).map((key) => key.algorithm)).toEqual(["ssh-rsa"]);
	});
});

describe("signing in", () => {
	it.each(["ed25519", "rsa", "ecdsa"] as const)("works with an encrypted %s key", async (type) => {
		const key = keyPair(type, "open sesame");
		const server = await start({
			authenticate: (context) =>
				context.method === "publickey" && context.key.data.equals(key.wire) ? context.accept() : context.reject(),
		});
		await works(await signedIn(server.target({ auth: { kind: "key", privateKey: key.privateKey, passphrase: "open sesame" } }), T));
	});

	it("says what is wrong with a key before it connects", async () => {
		const server = await start();
		const { privateKey } = keyPair("ed25519", "open sesame");
		const secrets = [privateKey, "close sesame"];
		const attempt = (passphrase?: string) => connect(server.target({ auth: { kind: "key", privateKey, passphrase } }), T);
		await caught(attempt(), "authentication.key-needs-passphrase", secrets);
		await caught(attempt("close sesame"), "authentication.wrong-passphrase", secrets);
		await caught(connect(server.target({ auth: { kind: "key", privateKey: "junk" } }), T), "authentication.key-unreadable");
		expect(server.connections).toBe(0);
	});

	it("names the methods that a server would take when it refuses the key", async () => {
		const server = await start({ authenticate: (context) => context.reject(["publickey", "hostbased"]) });
		const { privateKey } = generateKeyPairSync("ed25519", {
			privateKeyEncoding: { type: "pkcs8", format: "pem" },
			publicKeyEncoding: { type: "spki", format: "pem" },
		});
		const error = await caught(connect(server.target({ auth: { kind: "key", privateKey } }), T), "authentication.refused", [privateKey]);
		expect(error.values).toMatchObject({ method: "key", offered: "publickey, hostbased" });
		expect(error.retryable).toBe(false);
	});

	it("works with a password, and tries a wrong one once", async () => {
		const server = await start();
		await works(await signedIn(server.target({ auth: { kind: "password", password: "login-password" } }), T));
		server.attempts.length = 0;
		await caught(connect(server.target({ auth: { kind: "password", password: "Wr0ng!pass" } }), T), "authentication.refused", [
			"Wr0ng!pass",
		]);
		expect(server.attempts).toEqual(["none", "password"]);
	});

	it.each(["Password: ", "ops@node1's password:", "密码：", "Passwort: "])("answers the keyboard-interactive prompt %j", async (prompt) => {
		const server = await start({ authenticate: keyboardInteractive(prompt, "login-password") });
		await works(await signedIn(server.target({ auth: { kind: "password", password: "login-password" } }), T));
		expect(server.attempts).toEqual(["none", "keyboard-interactive"]);
	});

	it("gives its password to no other prompt", async () => {
		const answers: string[] = [];
		const server = await start({ authenticate: keyboardInteractive("Verification code: ", "123456", answers) });
		const error = await caught(
			connect(server.target({ auth: { kind: "password", password: "login-password" } }), T),
			"authentication.prompt-unknown",
			["login-password"],
		);
		expect(error.values.prompt).toBe("Verification code:");
		expect(answers).toEqual([""]);
	});

	it("sets no new password for an expired one", async () => {
		const answers: string[] = [];
		const server = await start({ authenticate: keyboardInteractive("New password: ", "x", answers) });
		await caught(connect(server.target({ auth: { kind: "password", password: "login-password" } }), T), "authentication.password-expired");
		expect(answers).toEqual([""]);
	});

	it("says when the server hangs up on the credential", async () => {
		const server: TestServer = await start({ authenticate: () => server.hangUp() });
		await caught(connect(server.target(), T), "authentication.hung-up");
	});

	it("says when the key was right and more is wanted", async () => {
		const server = await start({ authenticate: (context) => context.reject(["keyboard-interactive"], context.method === "publickey") });
		const error = await caught(connect(server.target(), T), "authentication.more-required");
		expect(error.values.offered).toBe("keyboard-interactive");
	});
});

describe("the jump host", () => {
	it("is passed through, each hop with a credential and a key of its own", async () => {
		const [node, jump] = [await start({ hostKeys: [keys.rsa] }), await start()];
		const session = await signedIn(node.target({ jump: { ...jump.target(), user: "hop" } }), T);
		await works(session);
		expect(session.label).toBe(`ops@127.0.0.1:${node.port}`);
		expect([node.connections, jump.connections, jump.commands]).toEqual([1, 1, []]);
	});

	it("has its host key denied, too, and keeps the node out of reach", async () => {
		const [node, jump] = [await start(), await start()];
		const error = await caught(connect(node.target({ jump: { ...jump.target(), hostKeys: [] } }), T), "host-key.unknown");
		expect(error).toMatchObject({ hop: "jump", label: `ops@127.0.0.1:${jump.port}` });
		await caught(connect(node.target({ jump: { ...jump.target(), hostKeys: [accepted("ed25519")] } }), T), "host-key.changed");
		expect([jump.attempts, node.connections]).toEqual([[], 0]);
	});

	it("leaves the node's own key to be judged", async () => {
		const [node, jump] = [await start(), await start()];
		const error = await caught(connect(node.target({ hostKeys: [], jump: jump.target() }), T), "host-key.unknown");
		expect(error.hop).toBe("node");
		expect(node.attempts).toEqual([]);
	});

	it("that does not forward, and one behind which nobody answers, are told apart", async () => {
		const [node, closed, open] = [await start(), await start({ forward: false }), await start()];
		expect((await caught(connect(node.target({ jump: closed.target() }), T), "connection.jump-refused")).hop).toBe("jump");
		const gone = { ...node.target({ jump: open.target() }), port: await closedPort() };
		expect((await caught(connect(gone, T), "connection.unreachable")).hop).toBe("node");
	});

	it("takes the session down with it", async () => {
		const [node, jump] = [await start(), await start()];
		const session = await signedIn(node.target({ jump: jump.target() }), T);
		const running = caught(session.run("echo on; exec sleep 60", { ...T, onStdout: () => jump.cut() }), "connection.closed");
		expect((await running).maybeRan).toBe(true);
		expect(session.open).toBe(false);
	});

	it("scans the keys of a node behind it", async () => {
		const [node, jump] = [await start({ hostKeys: [keys.rsa, keys.ed25519] }), await start()];
		const found = await scanHostKeys({ address: "127.0.0.1", port: node.port }, { ...T, jump: jump.target() });
		expect(found.map((key) => key.algorithm)).toEqual(["ssh-ed25519", "ssh-rsa"]);
		expect(jump.connections).toBe(1);
	});
});

describe("a node that is not there", () => {
	it("refuses", async () => {
		const server = await start();
		const error = await caught(connect(server.target({ port: await closedPort() }), T), "connection.refused");
		expect([error.retryable, error.family]).toEqual([true, "connection"]);
	});

	it("has no name", async () => {
		const server = await start();
		await caught(connect(server.target({ address: "node1.invalid" }), T), "connection.dns");
	});

	it("is not an SSH server", async () => {
		const server = await start({ greeting: "HTTP/1.1 400 Bad Request\r\n\r\n" });
		const error = await caught(connect(server.target(), T), "connection.protocol");
		expect(error.values.evidence).toBe("HTTP/1.1 400 Bad Request");
	});

	it.each(["", "Not allowed at this time\r\n", "Exceeded MaxStartups\r\n"])("takes no connection for the moment: %j", async (greeting) => {
		const server = await start({ greeting });
		const error = await caught(connect(server.target(), T), "connection.dropped");
		expect([error.retryable, error.values.evidence]).toEqual([true, greeting.trim()]);
	});

	it("accepts and says nothing: the time is over", async () => {
		const mute = await listen();
		const server = await start();
		const error = await caught(connect(server.target({ port: mute }), { timeoutMs: 200 }), "connection.timeout");
		expect(error.values.phase).toBe("handshake");
		await caught(scanHostKeys({ address: "127.0.0.1", port: mute }, { timeoutMs: 200 }), "connection.timeout");
	});

	it("is given up when the caller does", async () => {
		const mute = await listen();
		const server = await start();
		const stop = new AbortController();
		const attempt = caught(connect(server.target({ port: mute }), { ...T, signal: stop.signal }), "aborted");
		stop.abort();
		await attempt;
		await caught(connect(server.target(), { ...T, signal: stop.signal }), "aborted");
	});
});

function keyboardInteractive(prompt: string, answer: string, answers: string[] = []): TestServerOptions["authenticate"] {
	return (context) => {
		if (context.method !== "keyboard-interactive") {
			context.reject(["keyboard-interactive"]);
			return;
		}
		context.prompt([{ prompt, echo: false }], (given) => {
			answers.push(...given);
			if (given[0] === answer) context.accept();
			else context.reject(["keyboard-interactive"]);
		});
	};
}

/** A port on which something listens and never speaks. */
async function listen(): Promise<number> {
	const server = createServer(() => {});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	cleanups.push(() => server.close());
	const address = server.address();
	return typeof address === "object" && address ? address.port : 0;
}

async function closedPort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return typeof address === "object" && address ? address.port : 0;
}
