import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { describe, expect, test } from "vitest";
import { parseKubeconfig } from "./kubeconfig.ts";
import { authority, base64, config, failure, json, listen, open, stranger, tls, version } from "./testing/api-server.ts";

describe("a connection's cause of failure", () => {
	test("a name that does not resolve", async () => {
		const error = await failure(open(config("https://nowhere.invalid:6443")).version());
		expect(error).toMatchObject({ code: "cluster.dns", values: { host: "nowhere.invalid" }, retryable: true });
	});

	test("a port where nobody listens", async () => {
		const server = createTcpServer();
		const port = await listen(server);
		await new Promise((resolve) => server.close(resolve));
		expect(await failure(open(config(`https://127.0.0.1:${port}`)).version())).toMatchObject({
			code: "cluster.refused",
			values: { address: `127.0.0.1:${port}` },
		});
	});

	test("a server that accepts and never answers, within the limit given", async () => {
		const port = await listen(createTcpServer());
		const error = await failure(open(config(`https://127.0.0.1:${port}`)).version({ timeoutMs: 150 }));
		expect(error).toMatchObject({ code: "cluster.timeout", values: { timeoutMs: 150 }, retryable: true });
	});

	test("an answer that never ends, within the limit given", async () => {
		const port = await tls(["IP:127.0.0.1"], (_, response) => {
			response.writeHead(200, { "content-type": "application/json" }).write('{"items":[');
		});
		expect(await failure(open(config(`https://127.0.0.1:${port}`)).listNodes({ timeoutMs: 300 }))).toMatchObject({
			code: "cluster.timeout",
		});
	});

	test("a caller that gives up, before and during the call", async () => {
		const stop = new AbortController();
		const port = await tls(["IP:127.0.0.1"], () => stop.abort(new Error("pause")));
		const api = open(config(`https://127.0.0.1:${port}`));
		expect(await failure(api.version({ signal: stop.signal }))).toMatchObject({ code: "cluster.aborted", cause: { message: "pause" } });
		expect(await failure(api.version({ signal: stop.signal }))).toMatchObject({ code: "cluster.aborted" });
		await expect(api.test({ signal: stop.signal })).rejects.toMatchObject({ code: "cluster.aborted" });
	});

	test("an authority that the kubeconfig does not name", async () => {
		const port = await tls(["IP:127.0.0.1"]);
		const api = open(config(`https://127.0.0.1:${port}`, { token: "t" }, stranger.certificate));
		expect(await failure(api.version())).toMatchObject({ code: "cluster.tls-unknown-ca", retryable: false });
	});

	test("a certificate for other names lists them, and a TLS name of its own settles it", async () => {
		const port = await tls(["DNS:kubernetes", "DNS:api.prod", "IP:10.96.0.1"]);
		const text = config(`https://127.0.0.1:${port}`);
		expect(await failure(open(text).version())).toMatchObject({
			code: "cluster.tls-name-mismatch",
			values: { expected: "127.0.0.1", names: "kubernetes, api.prod, 10.96.0.1" },
		});
		expect(await open(text, { tlsServerName: "kubernetes" }).version()).toBe("v1.20.2");
		expect(await open(text, { tlsServerName: "10.96.0.1" }).version()).toBe("v1.20.2");
		expect(await failure(open(text, { tlsServerName: "api.test" }).version())).toMatchObject({ values: { expected: "api.test" } });
	});

	test("a certificate that has ended", async () => {
		const port = await tls(["IP:127.0.0.1"], version, {}, -1);
		expect(await failure(open(config(`https://127.0.0.1:${port}`)).version())).toMatchObject({
			code: "cluster.tls-expired",
			values: { reason: "CERT_HAS_EXPIRED" },
		});
	});

	test("plain HTTP where TLS was meant, and the other way round", async () => {
		const plain = await listen(createHttpServer(version));
		expect(await failure(open(config(`https://127.0.0.1:${plain}`)).version())).toMatchObject({
			code: "cluster.not-kubernetes",
			values: { reason: "not-tls" },
		});
		const echo = await listen(createTcpServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")));
		expect(await failure(open(config(`http://127.0.0.1:${echo}`)).version())).toMatchObject({
			code: "cluster.not-kubernetes",
			values: { reason: "not-http" },
		});
	});

	test.each([
		["another site's page", (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"), "not-json"],
		["JSON of something else", (response) => json(response, 200, { name: "registry" }), "no-version"],
		["damaged JSON", (response) => response.writeHead(200, { "content-type": "application/json" }).end("{"), "unreadable"],
		["a login page's redirect", (response) => response.writeHead(302, { location: "/login" }).end(), "http-302"],
	] as [string, (response: Parameters<RequestListener>[1]) => void, string][])("%s is no Kubernetes", async (_, answer, reason) => {
		const port = await tls(["IP:127.0.0.1"], (__, response) => answer(response));
		expect(await failure(open(config(`https://127.0.0.1:${port}`)).version())).toMatchObject({
			code: "cluster.not-kubernetes",
			values: { reason },
		});
	});
});

describe("credentials", () => {
	test("token, password and client certificate reach the server", async () => {
		const seen: (string | undefined)[] = [];
		const options = { ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
		const port = await tls(
			["IP:127.0.0.1"],
			(request, response) => {
				const peer = "getPeerCertificate" in request.socket ? (request.socket as import("node:tls").TLSSocket).getPeerCertificate() : null;
				seen.push(request.headers.authorization, peer?.subject?.CN as string | undefined);
				version(request, response);
			},
			options,
		);
		const { certificate, key } = await authority.issue("admin");
		const url = `https://127.0.0.1:${port}`;
		await open(config(url, { token: "abc" })).version();
		await open(config(url, { username: "u", password: "p:q" })).version();
		await open(config(url, { "client-certificate-data": base64(certificate), "client-key-data": base64(key) })).version();
		expect(seen).toEqual(["Bearer abc", undefined, `Basic ${base64("u:p:q")}`, undefined, undefined, "admin"]);
	});

	test("a key of another certificate is named before anything connects", async () => {
		const [one, other] = await Promise.all([authority.issue("a"), authority.issue("b")]);
		const user = { "client-certificate-data": base64(one.certificate), "client-key-data": base64(other.key) };
		expect(() => parseKubeconfig(config("https://h", user))).toThrow(expect.objectContaining({ code: "kubeconfig.key-mismatch" }));
		const damaged = { ...user, "client-key-data": base64("-----BEGIN PRIVATE KEY-----\nSECRET\n") };
		expect(() => parseKubeconfig(config("https://h", damaged))).toThrow(
			expect.objectContaining({ code: "kubeconfig.bad-certificate", values: { field: "client-key-data" } }),
		);
	});
});

describe("the pool", () => {
	test("a hundred calls at once go by few connections, and all are answered", async () => {
		let most = 0;
		let now = 0;
		const ports = new Set<number | undefined>();
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			most = Math.max(most, ++now);
			ports.add(request.socket.remotePort);
			setImmediate(() => {
				now -= 1;
				version(request, response);
			});
		});
		const api = open(config(`https://127.0.0.1:${port}`));
		const answers = await Promise.all(Array.from({ length: 100 }, () => api.version()));
		expect(new Set(answers)).toEqual(new Set(["v1.20.2"]));
		expect(ports.size).toBeLessThanOrEqual(8);
		expect(most).toBeLessThanOrEqual(8);
	});

	test("a call that waits for a connection ends at its own limit, and the others are none the worse", async () => {
		const held: (() => void)[] = [];
		let full = () => {};
		const eight = new Promise<void>((resolve) => {
			full = resolve;
		});
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			if (held.push(() => version(request, response)) === 8) full();
		});
		const api = open(config(`https://127.0.0.1:${port}`));
		const first = Array.from({ length: 8 }, () => api.version());
		await eight;
		expect(await failure(api.version({ timeoutMs: 100 }))).toMatchObject({ code: "cluster.timeout", values: { timeoutMs: 100 } });
		expect(held).toHaveLength(8);
		for (const answer of held) answer();
		expect(await Promise.all(first)).toHaveLength(8);
	});

	test("a read on a connection that the server had closed meanwhile is sent again", async () => {
		let answered = 0;
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			answered += 1;
			// The second request on one connection meets a reset, as after an idle time-out.
			if (answered === 2) request.socket.destroy();
			else version(request, response);
		});
		const api = open(config(`https://127.0.0.1:${port}`));
		await api.version();
		expect(await api.version()).toBe("v1.20.2");
		expect(answered).toBe(3);
	});
});
