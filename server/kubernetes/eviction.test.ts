import { describe, expect, test } from "vitest";
import { KubernetesError } from "./error.ts";
import { evictionBody, evictionOutcome, evictionVersion } from "./eviction.ts";
import { fromStatus } from "./status-error.ts";

const pod = { namespace: "default", name: "web-1", uid: "u-1" };

/** Bodies as API servers v1.20 and v1.3x send them. */
function refusal(status: number, body: object) {
	const path = "/api/v1/namespaces/default/pods/web-1/eviction";
	return fromStatus({
		server: "https://api",
		method: "POST",
		path,
		status,
		body: JSON.stringify({ kind: "Status", ...body }),
		retryAfter: undefined,
	});
}

describe("evictionVersion", () => {
	const resources = (version: string) => [{ name: "nodes" }, { name: "pods/eviction", group: "policy", version }];
	test("takes what the server offers", () => {
		expect(evictionVersion("s", resources("v1beta1"))).toBe("v1beta1");
		expect(evictionVersion("s", resources("v1"))).toBe("v1");
	});
	test("a server without evictions, or with ones we do not know, is refused: nothing is deleted instead", () => {
		for (const offered of [[{ name: "pods" }], resources("v2")]) {
			expect(() => evictionVersion("s", offered)).toThrow(new KubernetesError("cluster.no-eviction", { server: "s" }));
		}
	});
});

test("an eviction names the pod's uid, and a grace period only where one is chosen", () => {
	expect(evictionBody("v1beta1", pod, null)).toMatchObject({
		apiVersion: "policy/v1beta1",
		deleteOptions: { preconditions: { uid: "u-1" } },
	});
	expect(evictionBody("v1beta1", pod, null).deleteOptions).not.toHaveProperty("gracePeriodSeconds");
	expect(evictionBody("v1", pod, 0).deleteOptions).toMatchObject({ gracePeriodSeconds: 0 });
});

describe("evictionOutcome", () => {
	const tooMany = (message: string) =>
		refusal(429, {
			reason: "TooManyRequests",
			message: "Cannot evict pod as it would violate the pod's disruption budget.",
			details: { causes: [{ reason: "DisruptionBudget", message }] },
		});

	test.each([
		["The disruption budget web needs 2 healthy pods and has 2 currently", "web"],
		["The disruption budget web.v2 is still being processed by the server.", "web.v2"],
		["Something new about budgets", ""],
	])("%s", (message, budget) => {
		expect(evictionOutcome(tooMany(message))).toEqual({ result: "blocked", why: "budget", budget, message });
	});

	test("without a cause, the sentence itself tells that it was a budget", () => {
		const message = "Cannot evict pod as it would violate the pod's disruption budget.";
		expect(evictionOutcome(refusal(429, { message }))).toEqual({ result: "blocked", why: "budget", budget: "", message });
	});

	test("a pod of two budgets is blocked until a person acts", () => {
		const message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
		expect(evictionOutcome(refusal(500, { message }))).toMatchObject({ result: "blocked", why: "several-budgets" });
	});

	test("a namespace that ends takes its pods along", () => {
		const error = refusal(403, { message: "…", details: { causes: [{ reason: "NamespaceTerminating", message: "…" }] } });
		expect(evictionOutcome(error)).toMatchObject({ result: "blocked", why: "namespace-ending" });
	});

	test("not found, and another pod under its name, are gone", () => {
		expect(evictionOutcome(refusal(404, { message: 'pods "web-1" not found' }))).toEqual({ result: "gone" });
		const precondition = "Precondition failed: UID in precondition: u-1, UID in object meta: u-2";
		expect(evictionOutcome(refusal(409, { message: precondition }))).toEqual({ result: "gone" });
	});

	test.each([
		["load shedding", () => refusal(429, { message: "too many requests" }), "cluster.throttled"],
		["a missing right", () => refusal(403, { message: "forbidden" }), "cluster.forbidden"],
		["a lost update", () => refusal(409, { message: "the object has been modified" }), "cluster.conflict"],
		["a failing server", () => refusal(500, { message: "etcd" }), "cluster.server-error"],
	])("%s is no answer about the pod", (_, make, code) => {
		expect(() => evictionOutcome(make())).toThrow(expect.objectContaining({ code }));
	});
});
