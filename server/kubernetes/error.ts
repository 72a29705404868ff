import type { Message } from "../../lib/contracts/finding.ts";

/**
 * Every way in which a cluster's API can fail us. Stable: stored with runs, rendered from the catalogue under
 * `error.<code>`. The values each one carries are listed beside it.
 */
export type KubernetesErrorCode =
	/** reason, line, column: the text is no YAML. */
	| "kubeconfig.syntax"
	/** path, problem: a field is missing or of the wrong kind. */
	| "kubeconfig.schema"
	/** sizeBytes, limitBytes */
	| "kubeconfig.too-large"
	/** context, available: no such context, or none chosen among several. */
	| "kubeconfig.no-context"
	/** kind ("cluster" or "user"), name, context */
	| "kubeconfig.dangling-reference"
	/** user, command: run `kubectl create token` (or issue a client certificate) and use that. */
	| "kubeconfig.exec-plugin"
	/** user, provider */
	| "kubeconfig.auth-provider"
	/** field, embed: the file lies on another machine; `kubectl config view --flatten --minify --raw` embeds it. */
	| "kubeconfig.file-path"
	/** user, field */
	| "kubeconfig.unsupported"
	/** user */
	| "kubeconfig.no-credentials"
	/** field: certificate-authority-data, client-certificate-data or client-key-data holds no PEM we can read. */
	| "kubeconfig.bad-certificate"
	/** user: certificate and key do not belong together. */
	| "kubeconfig.key-mismatch"
	/** server, reason */
	| "kubeconfig.bad-server"
	/** server: plain HTTP would send the credential in the clear. */
	| "kubeconfig.insecure-server"
	/** cluster: insecure-skip-tls-verify is refused. */
	| "kubeconfig.insecure-skip-tls"
	/** host */
	| "cluster.dns"
	/** address */
	| "cluster.refused"
	/** server, reason: any other failure of the network. */
	| "cluster.unreachable"
	/** server, timeoutMs */
	| "cluster.timeout"
	/** server, reason: signed by an authority that the kubeconfig does not name. */
	| "cluster.tls-unknown-ca"
	/** expected, names: names in the certificate. */
	| "cluster.tls-name-mismatch"
	/** server, reason: CERT_HAS_EXPIRED or CERT_NOT_YET_VALID; look at this machine's clock as well. */
	| "cluster.tls-expired"
	/** server, reason: the server refused our client certificate in the handshake. */
	| "cluster.tls-client-certificate"
	/** server, reason: any other failure of TLS. */
	| "cluster.tls"
	/** server, reason */
	| "cluster.unauthorized"
	/** verb, resource, reason */
	| "cluster.forbidden"
	/** server, reason: something answers, but not a Kubernetes API. */
	| "cluster.not-kubernetes"
	/** resource, name */
	| "cluster.not-found"
	/** reason */
	| "cluster.conflict"
	/** status, reason: the server, or an admission webhook, refused the request as it is. */
	| "cluster.rejected"
	/** retryAfterS, reason: the server sheds load. */
	| "cluster.throttled"
	/** status, reason */
	| "cluster.server-error"
	/** server, limitBytes */
	| "cluster.answer-too-large"
	/** The caller gave up: its AbortSignal fired. */
	| "cluster.aborted"
	/** name: not a name the API can hold, so it is never put into a path. */
	| "cluster.bad-name"
	/** server: it evicts by no version of policy that we speak; pods are never deleted instead. */
	| "cluster.no-eviction"
	/** node: evicted pods would come straight back. */
	| "drain.not-cordoned"
	/** node, count, pods */
	| "drain.refused"
	/** node, timeoutS, done, total, pods, budgets */
	| "drain.timeout";

const RETRYABLE: ReadonlySet<KubernetesErrorCode> = new Set([
	"cluster.dns",
	"cluster.refused",
	"cluster.unreachable",
	"cluster.timeout",
	"cluster.conflict",
	"cluster.throttled",
	"cluster.server-error",
]);

/** A failure on the way to, or in, a cluster's API. `values` never hold a secret; `message` is for logs alone. */
export class KubernetesError extends Error {
	override readonly name: string = "KubernetesError";
	readonly code: KubernetesErrorCode;
	readonly values: Message["values"];

	constructor(code: KubernetesErrorCode, values: Message["values"] = {}, options?: { cause?: unknown }) {
		const told = Object.entries(values).map(([key, value]) => `${key}=${value}`);
		super([code, ...told].join(" "), options);
		this.code = code;
		this.values = values;
	}

	/** True where the same call may succeed a little later without anybody changing anything. */
	get retryable(): boolean {
		return RETRYABLE.has(this.code);
	}
}

/** True for a KubernetesError, of one of `codes` where some are given. */
export function isKubernetesError(error: unknown, ...codes: KubernetesErrorCode[]): error is KubernetesError {
	return error instanceof KubernetesError && (codes.length === 0 || codes.includes(error.code));
}
