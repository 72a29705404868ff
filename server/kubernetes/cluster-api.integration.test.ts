import { describe, expect, test } from "vitest";
import { KubernetesError } from "./error.ts";
import { config, failure, json, open, tls, version } from "./testing/api-server.ts";

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
