import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { ClusterApi } from "./cluster-api.ts";
import { KubernetesError } from "./error.ts";
import { type KubeconfigOptions, parseKubeconfig } from "./kubeconfig.ts";
import { openCluster } from "./open-cluster.ts";
import { TestAuthority } from "./test-certificates.ts";

let authority: TestAuthority;
let stranger: TestAuthority;
const closing: (() => void)[] = [];

beforeAll(async () => {
	[authority, stranger] = await Promise.all([TestAuthority.make("cluster"), TestAuthority.make("stranger")]);
});

afterAll(() => Promise.all([authority.close(), stranger.close()]));

afterEach(() => {
	for (const close of closing.splice(0)) close();
});

const base64 = (text: string) => Buffer.from(text).toString("base64");

function config(server: string, user: object = { token: "t" }, trusted = authority.certificate): string {
	return stringify({
		"current-context": "c",
		clusters: [{ name: "c", cluster: { server, "certificate-authority-data": base64(trusted) } }],
		contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
		users: [{ name: "u", user }],
	});
}

function open(text: string, options?: KubeconfigOptions): ClusterApi {
	const api = openCluster(parseKubeconfig(text, options));
	closing.push(() => api.close());
	return api;
}

function listen(server: Server): Promise<number> {
	const sockets = new Set<Socket>();
	server.on("connection", (socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
	});
	closing.push(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

async function tls(names: readonly string[], listener: RequestListener = version, options: ServerOptions = {}, days = 1): Promise<number> {
	const { certificate, key } = await authority.issue("kube-apiserver", names, days);
	return listen(createServer({ cert: certificate, key, ...options }, listener));
}

const version: RequestListener = (_, response) => json(response, 200, { major: "1", minor: "20", gitVersion: "v1.20.2" });

function json(response: Parameters<RequestListener>[1], status: number, body: object): void {
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function failure(call: Promise<unknown>): Promise<KubernetesError> {
	const error = await call.then(
		() => new Error("it went through"),
		(caught: unknown) => caught,
	);
	if (error instanceof KubernetesError) return error;
	throw error;
}

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

describe("calls", () => {
	test("a list goes on page by page", async () => {
		const asked: string[] = [];
		const node = (name: string) => ({ metadata: { name } });
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			asked.push(request.url ?? "");
			const last = request.url?.includes("continue=more");
			json(response, 200, { kind: "NodeList", metadata: last ? {} : { continue: "more" }, items: [node(last ? "b" : "a")] });
		});
		expect((await open(config(`https://127.0.0.1:${port}`)).listNodes()).map((each) => each.name)).toEqual(["a", "b"]);
		expect(asked).toEqual(["/api/v1/nodes?limit=500", "/api/v1/nodes?continue=more&limit=500"]);
	});

	test("who fails is read page by page of all pods but those that ended well, and an answer cut short is none", async () => {
		const asked: string[] = [];
		let gone = false;
		const pod = (name: string, reason?: string) => ({
			metadata: { name, namespace: "default", ownerReferences: [{ kind: "StatefulSet", name: "db", uid: "u", controller: true }] },
			spec: { nodeName: name, containers: [] },
			status: {
				phase: "Running",
				containerStatuses: [{ name: "main", ready: !reason, state: reason ? { waiting: { reason } } : { running: {} } }],
			},
		});
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			asked.push(request.url ?? "");
			const last = request.url?.includes("continue=more");
			if (last && gone)
				return json(response, 410, { kind: "Status", message: "The provided continue parameter is too old", reason: "Expired" });
			const items = last ? [pod("n2", "CrashLoopBackOff")] : [pod("n1"), pod("n3", "ErrImagePull")];
			json(response, 200, { kind: "PodList", metadata: last ? {} : { continue: "more" }, items });
		});
		const api = open(config(`https://127.0.0.1:${port}`));
		expect(await api.failingPods(0)).toEqual([{ owner: "default/StatefulSet/db", why: "ErrImagePull", nodes: ["n2", "n3"] }]);
		expect(asked).toEqual([
			"/api/v1/pods?fieldSelector=status.phase%21%3DSucceeded&limit=500",
			"/api/v1/pods?continue=more&fieldSelector=status.phase%21%3DSucceeded&limit=500",
		]);
		gone = true;
		await expect(api.failingPods(0)).rejects.toBeInstanceOf(KubernetesError);
	});

	test("an API server says whether it is ready, an old one by /healthz; one that refuses to say is not taken for ready", async () => {
		const answers: Record<string, number> = {};
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			const status = answers[request.url ?? ""] ?? 404;
			if (status === 404) return json(response, 404, { kind: "Status", reason: "NotFound", message: "not found" });
			response.writeHead(status, { "content-type": "text/plain" }).end(status === 200 ? "ok" : "[-]etcd failed: reason withheld");
		});
		const api = open(config(`https://127.0.0.1:${port}`));
		answers["/readyz"] = 200;
		expect(await api.ready()).toBe(true);
		answers["/readyz"] = 500;
		answers["/healthz"] = 200;
		expect(await api.ready()).toBe(false);
		delete answers["/readyz"];
		expect(await api.ready()).toBe(true);
		answers["/healthz"] = 404;
		expect(await api.ready()).toBe(false);
		answers["/readyz"] = 403;
		expect((await failure(api.ready())).code).toMatch(/^cluster\./);
	});

	test("a DaemonSet is told by its uid, and one that is gone from one that may not be read", async () => {
		let status = 200;
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			expect(request.url).toBe("/apis/apps/v1/namespaces/kube-system/daemonsets/proxy");
			if (status === 200) return json(response, 200, { kind: "DaemonSet", metadata: { name: "proxy", uid: "u1" } });
			json(response, status, { kind: "Status", reason: status === 404 ? "NotFound" : "Forbidden", message: "no" });
		});
		const api = open(config(`https://127.0.0.1:${port}`));
		expect(await api.daemonSetUid("kube-system", "proxy")).toBe("u1");
		status = 404;
		expect(await api.daemonSetUid("kube-system", "proxy")).toBeNull();
		status = 403;
		expect((await failure(api.daemonSetUid("kube-system", "proxy"))).code).toBe("cluster.forbidden");
	});

	test("a cordon that met another write is decided again on what is there now", async () => {
		let unschedulable = false;
		let version = 1;
		const patches: { type: string | undefined; body: string }[] = [];
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			if (request.method !== "PATCH") {
				return json(response, 200, { kind: "Node", metadata: { name: "n1", resourceVersion: String(version) }, spec: { unschedulable } });
			}
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				patches.push({ type: request.headers["content-type"], body });
				// A person cordons between our read and our patch.
				unschedulable = true;
				version += 1;
				json(response, 409, { kind: "Status", reason: "Conflict", message: "the object has been modified", code: 409 });
			});
		});
		expect(await open(config(`https://127.0.0.1:${port}`)).cordon("n1", "run-1")).toEqual({ changed: false, ours: false });
		expect(patches).toEqual([
			{
				type: "application/merge-patch+json",
				body: '{"metadata":{"resourceVersion":"1","annotations":{"gantry/cordoned-by":"run-1"}},"spec":{"unschedulable":true}}',
			},
		]);
	});

	test("a server of today evicts and lists budgets by policy/v1, asked once", async () => {
		const asked: string[] = [];
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				const path = request.url?.split("?")[0];
				asked.push(`${request.method} ${path} ${body === "" ? "" : (JSON.parse(body) as { apiVersion: string }).apiVersion}`.trim());
				if (path === "/api/v1") {
					return json(response, 200, { kind: "APIResourceList", resources: [{ name: "pods/eviction", group: "policy", version: "v1" }] });
				}
				if (path === "/apis/policy")
					return json(response, 200, { kind: "APIGroup", name: "policy", versions: [{ groupVersion: "policy/v1", version: "v1" }] });
				if (request.method === "POST") return json(response, 201, { kind: "Status", status: "Success" });
				const spec = { minAvailable: 2, selector: { matchLabels: { app: "web" } } };
				const status = { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 };
				json(response, 200, { metadata: {}, items: [{ metadata: { namespace: "default", name: "web", generation: 2 }, spec, status }] });
			});
		});
		const api = open(config(`https://127.0.0.1:${port}`));
		const pod = { namespace: "default", name: "web-1", uid: "u" };
		expect(await api.evict(pod, null)).toEqual({ result: "evicted" });
		expect(await api.evict(pod, 0)).toEqual({ result: "evicted" });
		const budget = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2, observed: false };
		const selector = { matchLabels: { app: "web" }, matchExpressions: [] };
		expect(await api.listPdbs()).toEqual([{ namespace: "default", name: "web", selector, ...budget }]);
		await api.listPdbs();
		expect(asked).toEqual([
			"GET /api/v1",
			"POST /api/v1/namespaces/default/pods/web-1/eviction policy/v1",
			"POST /api/v1/namespaces/default/pods/web-1/eviction policy/v1",
			"GET /apis/policy",
			"GET /apis/policy/v1/poddisruptionbudgets",
			"GET /apis/policy/v1/poddisruptionbudgets",
		]);
	});

	test("a name that would be another path is never sent", async () => {
		const asked: (string | undefined)[] = [];
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			asked.push(request.url);
			version(request, response);
		});
		const api = open(config(`https://127.0.0.1:${port}`));
		expect(await failure(api.getNode(".."))).toMatchObject({ code: "cluster.bad-name" });
		expect(await failure(api.podsOnNode("a,spec.nodeName=b"))).toMatchObject({ code: "cluster.bad-name" });
		expect(await failure(api.cordon("a/status", "r"))).toMatchObject({ code: "cluster.bad-name" });
		expect(asked).toEqual([]);
	});
});

describe("test()", () => {
	const reviewing =
		(allowed: (attributes: { verb: string; resource: string; subresource: string }) => boolean): RequestListener =>
		(request, response) => {
			if (request.url === "/version") return version(request, response);
			if (request.url === "/api/v1") {
				return json(response, 200, {
					kind: "APIResourceList",
					resources: [{ name: "pods/eviction", group: "policy", version: "v1beta1" }],
				});
			}
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				const review = JSON.parse(body) as { spec: { resourceAttributes: { verb: string; resource: string; subresource: string } } };
				json(response, 201, { ...review, status: { allowed: allowed(review.spec.resourceAttributes) } });
			});
		};

	test("tells versions where everything is allowed", async () => {
		const port = await tls(
			["IP:127.0.0.1"],
			reviewing(() => true),
		);
		expect(await open(config(`https://127.0.0.1:${port}`)).test()).toEqual({
			ok: true,
			serverVersion: "v1.20.2",
			evictionVersion: "v1beta1",
		});
	});

	test("names every right that is missing", async () => {
		const port = await tls(
			["IP:127.0.0.1"],
			reviewing(({ verb, subresource }) => verb !== "patch" && subresource !== "eviction"),
		);
		expect(await open(config(`https://127.0.0.1:${port}`)).test()).toMatchObject({
			ok: false,
			code: "cluster.forbidden",
			values: { verb: "patch", resource: "nodes", reason: "patch nodes, create pods/eviction" },
			missing: [{ verb: "patch" }, { subresource: "eviction" }],
		});
	});

	test("a failure of the way is a result with its cause", async () => {
		const port = await tls(["DNS:kubernetes"]);
		expect(await open(config(`https://127.0.0.1:${port}`)).test()).toMatchObject({
			ok: false,
			code: "cluster.tls-name-mismatch",
			missing: [],
		});
	});

	test("one who may read the version and nothing else was not recognised", async () => {
		const port = await tls(["IP:127.0.0.1"], (request, response) => {
			if (request.url === "/version") return version(request, response);
			json(response, 403, { kind: "Status", message: 'User "system:anonymous" cannot create', reason: "Forbidden", code: 403 });
		});
		expect(await open(config(`https://127.0.0.1:${port}`)).test()).toMatchObject({
			ok: false,
			code: "cluster.unauthorized",
			values: { reason: "anonymous" },
		});
	});
});
