import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { config, json, open, tls, version } from "./testing/api-server.ts";

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
