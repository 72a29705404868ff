import { expect, test } from "vitest";
import { KubernetesError } from "./error.ts";
import { fromNetworkError } from "./network-error.ts";

const context = { server: "https://10.0.0.1:6443", expectedName: "10.0.0.1" };
const errorOf = (code: string, more: object = {}) => Object.assign(new Error("said so"), { code, ...more });

// The rest is met for real in transport.integration.test.ts; these need servers that Node does not give.
test.each([
	[errorOf("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"), "cluster.tls-client-certificate"],
	[errorOf("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"), "cluster.tls-client-certificate"],
	[
		errorOf("EPROTO", { message: "write EPROTO 80AC:error:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:" }),
		"cluster.tls-client-certificate",
	],
	[errorOf("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"), "cluster.tls"],
	[errorOf("CERT_NOT_YET_VALID"), "cluster.tls-expired"],
	[errorOf("CERT_REVOKED"), "cluster.tls"],
	[errorOf("EAI_AGAIN", { hostname: "api" }), "cluster.dns"],
	[errorOf("ETIMEDOUT"), "cluster.timeout"],
	[errorOf("EHOSTUNREACH"), "cluster.unreachable"],
	[errorOf("ECONNRESET"), "cluster.unreachable"],
	[new Error("no code"), "cluster.unreachable"],
	["not even an error", "cluster.unreachable"],
])("%o is %s", (error, code) => {
	const ours = fromNetworkError(error, context);
	expect(ours.code).toBe(code);
	expect(ours.cause).toBe(error);
});

test("all addresses of a name refused: the first is told", () => {
	const parts = [errorOf("ECONNREFUSED", { address: "::1", port: 6443 }), errorOf("ECONNREFUSED", { address: "127.0.0.1", port: 6443 })];
	const error = Object.assign(new AggregateError(parts), { code: "ECONNREFUSED" });
	expect(fromNetworkError(error, context)).toMatchObject({ code: "cluster.refused", values: { address: "[::1]:6443" } });
});

test("a certificate without alternative names is named by its subject", () => {
	const error = errorOf("ERR_TLS_CERT_ALTNAME_INVALID", { cert: { subject: { CN: "kubernetes" } } });
	expect(fromNetworkError(error, context)).toMatchObject({
		code: "cluster.tls-name-mismatch",
		values: { expected: "10.0.0.1", names: "kubernetes" },
	});
});

test("our own error stays as it is", () => {
	const ours = new KubernetesError("cluster.answer-too-large");
	expect(fromNetworkError(ours, context)).toBe(ours);
});
