import { describe, expect, test } from "vitest";
import { askedFor, fromStatus } from "./status-error.ts";

const request = { server: "https://api:6443", method: "GET", path: "/api/v1/nodes", retryAfter: undefined };
const status = (code: number, extra: object = {}) =>
	JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, ...extra });

describe("fromStatus", () => {
	test.each([
		[401, status(401, { message: "Unauthorized" }), "cluster.unauthorized", { server: "https://api:6443", reason: "Unauthorized" }],
		[
			403,
			status(403, { message: 'nodes is forbidden: User "bob"' }),
			"cluster.forbidden",
			{ verb: "list", resource: "nodes", reason: 'nodes is forbidden: User "bob"' },
		],
		[404, status(404, { details: { name: "n1", kind: "nodes" } }), "cluster.not-found", { resource: "nodes", name: "n1" }],
		[409, status(409, { message: "the object has been modified" }), "cluster.conflict", { reason: "the object has been modified" }],
		[422, status(422, { message: "invalid" }), "cluster.rejected", { status: 422, reason: "invalid" }],
		[
			500,
			status(500, { message: "etcdserver: leader changed" }),
			"cluster.server-error",
			{ status: 500, reason: "etcdserver: leader changed" },
		],
		[429, "Too many requests, please try again later.", "cluster.throttled", { retryAfterS: 1, reason: "" }],
		[
			400,
			"Client sent an HTTP request to an HTTPS server.\n",
			"cluster.not-kubernetes",
			{ server: "https://api:6443", reason: "http-to-https" },
		],
		[404, "<html>nginx</html>", "cluster.not-kubernetes", { server: "https://api:6443", reason: "http-404" }],
		[302, "", "cluster.not-kubernetes", { server: "https://api:6443", reason: "http-302" }],
		[503, "<html>bad gateway with a secret</html>", "cluster.server-error", { status: 503, reason: "" }],
	])("%i %s", (code, body, expected, values) => {
		expect(fromStatus({ ...request, status: code, body })).toMatchObject({ code: expected, values });
	});

	test("a load-shedding server's Retry-After is told", () => {
		expect(fromStatus({ ...request, status: 429, body: "", retryAfter: "7" }).values.retryAfterS).toBe(7);
	});
});

test.each([
	["GET", "/api/v1/nodes", "list", "nodes"],
	["GET", "/api/v1/nodes/n1", "get", "nodes"],
	["PATCH", "/api/v1/nodes/n1", "patch", "nodes"],
	["POST", "/api/v1/namespaces/default/pods/web-1/eviction", "create", "pods/eviction"],
	["GET", "/apis/policy/v1beta1/poddisruptionbudgets", "list", "poddisruptionbudgets"],
	["GET", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1", "get", "leases"],
	["GET", "/api/v1/namespaces/default", "get", "namespaces"],
	["GET", "/version", "get", "/version"],
])("%s %s asks for %s %s", (method, path, verb, resource) => {
	expect(askedFor(method, path)).toEqual({ verb, resource });
});
