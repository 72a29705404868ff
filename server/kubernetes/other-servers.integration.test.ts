import type { RequestListener } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer } from "node:net";
import { describe, expect, test } from "vitest";
import { originsOf, otherOrigins } from "./endpoints.ts";
import type { NodeRow } from "./node-row.ts";
import { authority, config, listenAt, open as openKubeconfig, stranger } from "./testing/api-server.ts";

const open = (server: string, alternatives: readonly string[], tlsServerName?: string) =>
	openKubeconfig(config(server), { tlsServerName }, alternatives);

/** An API server at a loopback address of its own. */
async function server(
	host: string,
	names: readonly string[],
	listener: RequestListener,
	by = authority,
	options: ServerOptions = {},
	port = 0,
) {
	const { certificate, key } = await by.issue("kube-apiserver", names, 1);
	const running = await listenAt(createServer({ cert: certificate, key, ...options }, listener), host, port);
	return { ...running, origin: `https://${host}:${running.port}` };
}

const saying =
	(gitVersion: string): RequestListener =>
	(_, response) =>
		response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ major: "1", minor: "20", gitVersion }));

describe("another server of the same API (rule 16)", () => {
	test("answers while the kubeconfig's own is not there, under the same name, and the own one again when it is back", async () => {
		const own = await server("127.0.0.1", ["DNS:api.prod"], saying("v1.20.1"));
		const other = await server("127.0.0.2", ["DNS:api.prod"], saying("v1.20.2"));
		const api = open(own.origin, [own.origin, other.origin], "api.prod");
		expect(await api.version()).toBe("v1.20.1");
		expect(api.answering).toBe(api.server);
		own.close();
		expect(await api.version()).toBe("v1.20.2");
		expect(api.answering).toBe(other.origin);
		other.close();
		await expect(api.version()).rejects.toMatchObject({ code: "cluster.refused", values: { address: `127.0.0.1:${own.port}` } });
		await server("127.0.0.1", ["DNS:api.prod"], saying("v1.20.3"), authority, {}, own.port);
		expect(await api.version()).toBe("v1.20.3");
		expect(api.answering).toBe(api.server);
	});

	test("counts with a certificate of its own address too, and by no other authority or name", async () => {
		const own = await server("127.0.0.1", ["IP:127.0.0.1"], saying("v1.20.1"));
		own.close();
		const false1 = await server("127.0.0.2", ["IP:127.0.0.2"], saying("false"), stranger);
		const false2 = await server("127.0.0.3", ["DNS:something.else"], saying("false"));
		await expect(open(own.origin, [false1.origin, false2.origin]).version()).rejects.toMatchObject({ code: "cluster.refused" });
		const good = await server("127.0.0.4", ["IP:127.0.0.4"], saying("v1.20.4"));
		const api = open(own.origin, [false1.origin, false2.origin, good.origin]);
		expect(await api.version()).toBe("v1.20.4");
		expect(api.answering).toBe(good.origin);
	});

	test("is asked although the own one takes no connection at all, within the call's limit", async () => {
		// Takes the connection and says nothing: the handshake does not end.
		const silent = await listenAt(createTcpServer(), "127.0.0.1", 0);
		const other = await server("127.0.0.2", ["IP:127.0.0.2"], saying("v1.20.2"));
		expect(await open(`https://127.0.0.1:${silent.port}`, [other.origin]).version({ timeoutMs: 10_000 })).toBe("v1.20.2");
	});

	test("is not told what the own one may have done already", async () => {
		const told: string[] = [];
		const tell =
			(name: string, answers: boolean): RequestListener =>
			(request, response) => {
				told.push(`${name} ${request.method}`);
				if (!answers && request.method !== "GET") return void request.socket.destroy();
				response
					.writeHead(200, { "content-type": "application/json" })
					.end(JSON.stringify({ metadata: { name: "node1", resourceVersion: "1" } }));
			};
		const own = await server("127.0.0.1", ["DNS:api.prod"], tell("own", false));
		const other = await server("127.0.0.2", ["DNS:api.prod"], tell("other", true));
		const api = open(own.origin, [other.origin], "api.prod");
		await expect(api.annotate("node1", "gantry/x", "y")).rejects.toMatchObject({ code: "cluster.unreachable" });
		expect(told).toEqual(["own GET", "own PATCH"]);
	});
});

describe("where the servers are learnt", () => {
	test("out of the service's endpoints, and out of the control plane nodes at the same port", () => {
		const subsets = [{ addresses: [{ ip: "10.0.0.2" }, { ip: "fd00::1" }], ports: [{ name: "https", port: 6443 }] }];
		expect(originsOf(subsets)).toEqual(["https://10.0.0.2:6443", "https://[fd00::1]:6443"]);
		expect(originsOf([{ addresses: [{ ip: "10.0.0.2" }], ports: [{ name: "metrics", port: 1 }] }])).toEqual([]);
		const row = (internalIp: string, controlPlaneLabel: boolean) => ({ internalIp, controlPlaneLabel }) as NodeRow;
		const rows = [row("10.0.0.1", true), row("10.0.0.3", true), row("10.0.0.9", false), row("", true)];
		expect(otherOrigins("https://10.0.0.1:6443", originsOf(subsets), rows)).toEqual([
			"https://10.0.0.2:6443",
			"https://10.0.0.3:6443",
			"https://[fd00::1]:6443",
		]);
	});

	test("by the API itself; where we may not read them there are none", async () => {
		const answers: RequestListener = (request, response) =>
			request.url === "/api/v1/namespaces/default/endpoints/kubernetes"
				? response
						.writeHead(200, { "content-type": "application/json" })
						.end(JSON.stringify({ subsets: [{ addresses: [{ ip: "10.0.0.2" }], ports: [{ name: "https", port: 6443 }] }] }))
				: response.writeHead(404).end();
		expect(await open((await server("127.0.0.1", ["IP:127.0.0.1"], answers)).origin, []).endpoints()).toEqual(["https://10.0.0.2:6443"]);
		const refuses: RequestListener = (_, response) =>
			response
				.writeHead(403, { "content-type": "application/json" })
				.end(JSON.stringify({ kind: "Status", message: "no", reason: "Forbidden", code: 403 }));
		expect(await open((await server("127.0.0.1", ["IP:127.0.0.1"], refuses)).origin, []).endpoints()).toEqual([]);
	});
});
