import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { LineCounter, parseDocument } from "yaml";
import { ClusterAccess, type ClusterCredentials } from "./access.ts";
import { KubernetesError } from "./error.ts";
import { type Kubeconfig, type KubeconfigCluster, type KubeconfigUser, kubeconfigSchema } from "./kubeconfig-schema.ts";

/** More than any real file, and little enough to parse without a pause. */
const LIMIT_BYTES = 1024 * 1024;

export interface KubeconfigOptions {
	/** Name of the context to use; default: the file's current-context, else its only one. */
	context?: string;
	/** Used in place of the file's `server`, such as a way through a tunnel. */
	serverOverride?: string;
	/** Name the server's certificate must carry, in place of the file's `tls-server-name`. */
	tlsServerName?: string;
}

/**
 * Reads a kubeconfig's text into the way to one cluster. Everything it needs must be in the text: plugins and paths
 * name programs and files of the machine it was written on, and following them here would run or read what a person
 * only pasted. Throws KubernetesError (`kubeconfig.*`); no error holds a part of the text beyond names of contexts,
 * clusters, users, fields and plugins.
 */
export function parseKubeconfig(text: string, options: KubeconfigOptions = {}): ClusterAccess {
	const file = readFile(text);
	const contextName = chooseContext(file, options.context);
	const context = file.contexts?.find((entry) => entry.name === contextName)?.context;
	if (context === undefined) throw noContext(file, contextName);
	const cluster = file.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
	if (cluster === undefined) throw dangling("cluster", context.cluster, contextName);
	const user = file.users?.find((entry) => entry.name === context.user);
	if (user === undefined) throw dangling("user", context.user, contextName);

	const tlsServerName = blank(options.tlsServerName) ?? blank(cluster["tls-server-name"]);
	return new ClusterAccess(
		{
			contextName,
			clusterName: context.cluster,
			userName: context.user,
			server: readServer(blank(options.serverOverride) ?? cluster.server),
			tlsServerName,
			certificateAuthority: readAuthority(cluster, context.cluster),
		},
		readCredentials(user.user ?? {}, context.user),
	);
}

/** Names of a kubeconfig's contexts, and which one it uses by itself; for a person to choose. Throws as parseKubeconfig. */
export function kubeconfigContexts(text: string): { names: string[]; current: string | null } {
	const file = readFile(text);
	return { names: (file.contexts ?? []).map((entry) => entry.name), current: blank(file["current-context"]) };
}

function readFile(text: string): Kubeconfig {
	const sizeBytes = Buffer.byteLength(text);
	if (sizeBytes > LIMIT_BYTES) throw new KubernetesError("kubeconfig.too-large", { sizeBytes, limitBytes: LIMIT_BYTES });
	const lines = new LineCounter();
	// Pretty errors quote the line they stopped at, which may be the one with the token.
	const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: "silent" });
	const broken = document.errors[0];
	if (broken !== undefined) {
		const at = lines.linePos(broken.pos[0]);
		throw new KubernetesError("kubeconfig.syntax", { reason: broken.code, line: at.line, column: at.col });
	}
	let content: unknown;
	try {
		content = document.toJS({ maxAliasCount: 100 });
	} catch {
		throw new KubernetesError("kubeconfig.syntax", { reason: "ALIASES", line: 1, column: 1 });
	}
	const parsed = kubeconfigSchema.safeParse(content);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		throw new KubernetesError("kubeconfig.schema", { path: issue?.path.join(".") || "(root)", problem: issue?.code ?? "unknown" });
	}
	return parsed.data;
}

function chooseContext(file: Kubeconfig, wanted: string | undefined): string {
	const chosen = blank(wanted) ?? blank(file["current-context"]);
	if (chosen !== null) return chosen;
	const only = file.contexts?.length === 1 ? file.contexts[0] : undefined;
	if (only === undefined) throw noContext(file, "");
	return only.name;
}

function noContext(file: Kubeconfig, context: string): KubernetesError {
	return new KubernetesError("kubeconfig.no-context", { context, available: (file.contexts ?? []).map((entry) => entry.name).join(", ") });
}

function dangling(kind: string, name: string, context: string): KubernetesError {
	return new KubernetesError("kubeconfig.dangling-reference", { kind, name, context });
}

function readServer(text: string): string {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		throw new KubernetesError("kubeconfig.bad-server", { server: "", reason: "not-a-url" });
	}
	// Shown without user name and password, which a URL may carry.
	const shown = `${url.protocol}//${url.host}${url.pathname}`.replace(/\/+$/, "");
	if (url.username !== "" || url.password !== "")
		throw new KubernetesError("kubeconfig.bad-server", { server: shown, reason: "credentials" });
	if (url.search !== "" || url.hash !== "") throw new KubernetesError("kubeconfig.bad-server", { server: shown, reason: "query" });
	if (url.protocol === "http:" && !isLoopback(url.hostname)) throw new KubernetesError("kubeconfig.insecure-server", { server: shown });
	if (url.protocol !== "https:" && url.protocol !== "http:") {
		throw new KubernetesError("kubeconfig.bad-server", { server: shown, reason: "scheme" });
	}
	return shown;
}

function isLoopback(hostname: string): boolean {
	if (hostname === "localhost" || hostname === "[::1]") return true;
	return isIP(hostname) === 4 && hostname.startsWith("127.");
}

function readAuthority(cluster: KubeconfigCluster, clusterName: string): string | null {
	if (cluster["insecure-skip-tls-verify"] === true) throw new KubernetesError("kubeconfig.insecure-skip-tls", { cluster: clusterName });
	if (blank(cluster["proxy-url"]) !== null) throw new KubernetesError("kubeconfig.unsupported", { user: "", field: "proxy-url" });
	const data = blank(cluster["certificate-authority-data"]);
	if (data === null) {
		refusePath("certificate-authority", cluster["certificate-authority"], "certificate-authority-data");
		return null;
	}
	return readCertificates("certificate-authority-data", data);
}

function readCredentials(user: NonNullable<KubeconfigUser>, userName: string): ClusterCredentials {
	if (user.exec) throw new KubernetesError("kubeconfig.exec-plugin", { user: userName, command: user.exec.command ?? "" });
	if (user["auth-provider"]) {
		throw new KubernetesError("kubeconfig.auth-provider", { user: userName, provider: user["auth-provider"].name ?? "" });
	}
	for (const field of ["as", "as-uid", "as-groups"] as const) {
		if (user[field]?.length) throw new KubernetesError("kubeconfig.unsupported", { user: userName, field });
	}
	const token = blank(user.token)?.trim() ?? null;
	if (token === null) refusePath("tokenFile", user.tokenFile, "token");
	if (token !== null && !/^[\x21-\x7e]+$/.test(token))
		throw new KubernetesError("kubeconfig.schema", { path: "user.token", problem: "characters" });
	const clientCertificate = readClientCertificate(user, userName);
	const username = blank(user.username);
	const credentials: ClusterCredentials = {
		...(token === null ? {} : { token }),
		...(clientCertificate === null ? {} : { clientCertificate }),
		...(username === null || token !== null ? {} : { basic: { username, password: user.password ?? "" } }),
	};
	if (Object.keys(credentials).length === 0) throw new KubernetesError("kubeconfig.no-credentials", { user: userName });
	return credentials;
}

function readClientCertificate(user: NonNullable<KubeconfigUser>, userName: string): ClusterCredentials["clientCertificate"] | null {
	const certificateData = blank(user["client-certificate-data"]);
	const keyData = blank(user["client-key-data"]);
	if (certificateData === null) refusePath("client-certificate", user["client-certificate"], "client-certificate-data");
	if (keyData === null) refusePath("client-key", user["client-key"], "client-key-data");
	if (certificateData === null && keyData === null) return null;
	if (certificateData === null)
		throw new KubernetesError("kubeconfig.schema", { path: "user.client-certificate-data", problem: "missing" });
	if (keyData === null) throw new KubernetesError("kubeconfig.schema", { path: "user.client-key-data", problem: "missing" });
	const certificate = readCertificates("client-certificate-data", certificateData);
	const key = Buffer.from(keyData, "base64").toString("latin1");
	let keyObject: KeyObject;
	try {
		keyObject = createPrivateKey(key);
	} catch {
		// Its cause is left out: some of OpenSSL's messages quote what they could not read.
		throw new KubernetesError("kubeconfig.bad-certificate", { field: "client-key-data" });
	}
	if (!new X509Certificate(certificate).checkPrivateKey(keyObject))
		throw new KubernetesError("kubeconfig.key-mismatch", { user: userName });
	return { certificate, key };
}

/** Decodes base64 of PEM and reads its certificates once, so that a damaged one is named here and not in a handshake. */
function readCertificates(field: string, data: string): string {
	const pem = Buffer.from(data, "base64").toString("latin1");
	const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
	try {
		for (const block of blocks) new X509Certificate(block);
	} catch {
		throw new KubernetesError("kubeconfig.bad-certificate", { field });
	}
	if (blocks.length === 0) throw new KubernetesError("kubeconfig.bad-certificate", { field });
	return `${blocks.join("\n")}\n`;
}

function refusePath(field: string, value: string | null | undefined, embed: string): void {
	if (blank(value) !== null) throw new KubernetesError("kubeconfig.file-path", { field, embed });
}

function blank(value: string | null | undefined): string | null {
	return value === undefined || value === null || value.trim() === "" ? null : value;
}
