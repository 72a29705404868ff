import { KubernetesError, type KubernetesErrorCode } from "./error.ts";

const UNKNOWN_AUTHORITY = new Set([
	"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
	"UNABLE_TO_GET_ISSUER_CERT",
	"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
	"SELF_SIGNED_CERT_IN_CHAIN",
	"DEPTH_ZERO_SELF_SIGNED_CERT",
	"CERT_SIGNATURE_FAILURE",
	"CERT_UNTRUSTED",
	"INVALID_CA",
]);

/** Alerts by which a server refuses the client's certificate, as OpenSSL names them in the code or in the text. */
const CLIENT_CERTIFICATE_ALERT =
	/alert[ _](bad[ _]certificate|certificate[ _]|unknown[ _]ca|unsupported[ _]certificate|handshake[ _]failure|access[ _]denied)/i;

export interface NetworkErrorContext {
	/** The server's URL, as shown to a person. */
	server: string;
	/** Name the certificate was compared with. */
	expectedName: string;
}

/**
 * Turns what node:net, node:tls and node:dns throw into the cause a person can act on. Pure.
 * An error that is already ours is given back as it is.
 */
export function fromNetworkError(error: unknown, context: NetworkErrorContext): KubernetesError {
	if (error instanceof KubernetesError) return error;
	const { server } = context;
	const code = textOf(error, "code");
	// A failed write carries EPROTO alone; what OpenSSL said is in its message.
	const detail = `${code} ${textOf(error, "message")}`;
	const make = (ours: KubernetesErrorCode, values: Record<string, string | number> = {}) =>
		new KubernetesError(ours, values, { cause: error });

	if (code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EAI_FAIL" || code === "EAI_NODATA") {
		return make("cluster.dns", { host: textOf(error, "hostname") || new URL(server).hostname });
	}
	if (code === "ECONNREFUSED") return make("cluster.refused", { address: addressOf(error) || new URL(server).host });
	if (code === "ETIMEDOUT") return make("cluster.timeout", { server, timeoutMs: 0 });
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
		return make("cluster.tls-name-mismatch", { expected: context.expectedName, names: certificateNames(error).join(", ") });
	}
	if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") return make("cluster.tls-expired", { server, reason: code });
	if (UNKNOWN_AUTHORITY.has(code)) return make("cluster.tls-unknown-ca", { server, reason: code });
	// An HTTP server, or no server of TLS at all, answers the handshake with other bytes.
	if (/wrong[ _]version[ _]number|packet[ _]length[ _]too[ _]long|http[ _]request|unknown[ _]protocol/i.test(detail)) {
		return make("cluster.not-kubernetes", { server, reason: "not-tls" });
	}
	if (code.startsWith("HPE_")) return make("cluster.not-kubernetes", { server, reason: "not-http" });
	if (CLIENT_CERTIFICATE_ALERT.test(detail)) return make("cluster.tls-client-certificate", { server, reason: code });
	if (
		code.startsWith("ERR_SSL") ||
		code === "EPROTO" ||
		code.startsWith("ERR_TLS") ||
		code.startsWith("CERT_") ||
		code.startsWith("ERR_OSSL")
	) {
		return make("cluster.tls", { server, reason: code });
	}
	return make("cluster.unreachable", { server, reason: code || "unknown" });
}

/** Names and addresses a certificate is for, without their kinds: `kubernetes`, `10.0.0.1`. */
function certificateNames(error: unknown): string[] {
	if (typeof error !== "object" || error === null || !("cert" in error)) return [];
	const certificate = error.cert;
	const alternatives = textOf(certificate, "subjectaltname")
		.split(", ")
		.map((entry) => entry.replace(/^(DNS|IP Address|URI|email):/, ""))
		.filter((entry) => entry !== "");
	if (alternatives.length > 0) return alternatives;
	const subject = typeof certificate === "object" && certificate !== null && "subject" in certificate ? certificate.subject : null;
	const common = textOf(subject, "CN");
	return common === "" ? [] : [common];
}

function addressOf(error: unknown): string {
	// With several addresses for one name, Node throws an AggregateError whose parts hold the address.
	const parts = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
	for (const part of parts) {
		const address = textOf(part, "address");
		if (address === "" || typeof part !== "object" || part === null || !("port" in part)) continue;
		return address.includes(":") ? `[${address}]:${part.port}` : `${address}:${part.port}`;
	}
	return "";
}

function textOf(holder: unknown, key: string): string {
	if (typeof holder !== "object" || holder === null || !(key in holder)) return "";
	const value = (holder as Record<string, unknown>)[key];
	return typeof value === "string" ? value : "";
}
