import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { KubernetesError } from "./error.ts";
import { kubeconfigContexts, parseKubeconfig } from "./kubeconfig.ts";

const SECRET = "s3cr3t-Token.of_the-test";

function config(change: { cluster?: object; user?: object; file?: object } = {}): string {
	return stringify({
		apiVersion: "v1",
		kind: "Config",
		"current-context": "admin@prod",
		preferences: {},
		clusters: [{ name: "prod", cluster: { server: "https://10.0.0.1:6443", ...change.cluster } }],
		contexts: [{ name: "admin@prod", context: { cluster: "prod", user: "admin", namespace: "default" } }],
		users: [{ name: "admin", user: change.user ?? { token: SECRET } }],
		...change.file,
	});
}

function failure(text: string, options?: Parameters<typeof parseKubeconfig>[1]): KubernetesError {
	try {
		parseKubeconfig(text, options);
	} catch (error) {
		if (error instanceof KubernetesError) return error;
		throw error;
	}
	throw new Error("it was accepted");
}

describe("parseKubeconfig", () => {
	test("reads server, names and a token from the current context", () => {
		const access = parseKubeconfig(config());
		expect(access).toMatchObject({ contextName: "admin@prod", clusterName: "prod", userName: "admin", server: "https://10.0.0.1:6443" });
		expect(access.tlsServerName).toBeNull();
		expect(access.certificateAuthority).toBeNull();
		expect(access.credentials()).toEqual({ token: SECRET });
	});

	test("an override replaces the server and the TLS name, and a trailing slash goes", () => {
		const text = config({ cluster: { "tls-server-name": "kubernetes" } });
		expect(parseKubeconfig(text).tlsServerName).toBe("kubernetes");
		const access = parseKubeconfig(text, { serverOverride: "https://lb.example:8443/k8s/prod/", tlsServerName: "api.internal" });
		expect(access.server).toBe("https://lb.example:8443/k8s/prod");
		expect(access.tlsServerName).toBe("api.internal");
	});

	test("the chosen context wins over the current one, and an only context needs no choice", () => {
		const contexts = [
			{ name: "admin@prod", context: { cluster: "prod", user: "admin" } },
			{ name: "other", context: { cluster: "prod", user: "second" } },
		];
		const users = [
			{ name: "admin", user: { token: "first" } },
			{ name: "second", user: { token: "second" } },
		];
		const text = config({ file: { contexts, users } });
		expect(parseKubeconfig(text, { context: "other" }).credentials().token).toBe("second");
		expect(kubeconfigContexts(text)).toEqual({ names: ["admin@prod", "other"], current: "admin@prod" });
		const unset = config({ file: { "current-context": "", contexts, users } });
		expect(failure(unset)).toMatchObject({ code: "kubeconfig.no-context", values: { context: "", available: "admin@prod, other" } });
		expect(parseKubeconfig(config({ file: { "current-context": undefined } })).contextName).toBe("admin@prod");
		expect(failure(text, { context: "typo" })).toMatchObject({ code: "kubeconfig.no-context", values: { context: "typo" } });
	});

	test.each([
		[
			"an exec plugin",
			{ user: { exec: { command: "aws", apiVersion: "client.authentication.k8s.io/v1" } } },
			"kubeconfig.exec-plugin",
			{ user: "admin", command: "aws" },
		],
		[
			"an auth provider",
			{ user: { "auth-provider": { name: "oidc", config: { "id-token": SECRET } } } },
			"kubeconfig.auth-provider",
			{ user: "admin", provider: "oidc" },
		],
		["a token file", { user: { tokenFile: "/run/token" } }, "kubeconfig.file-path", { field: "tokenFile", embed: "token" }],
		[
			"a certificate file",
			{ user: { "client-certificate": "/a.crt", "client-key": "/a.key" } },
			"kubeconfig.file-path",
			{ field: "client-certificate", embed: "client-certificate-data" },
		],
		[
			"a CA file",
			{ cluster: { "certificate-authority": "/etc/kubernetes/pki/ca.crt" } },
			"kubeconfig.file-path",
			{ field: "certificate-authority", embed: "certificate-authority-data" },
		],
		["no credentials", { user: {} }, "kubeconfig.no-credentials", { user: "admin" }],
		["impersonation", { user: { token: SECRET, as: "root" } }, "kubeconfig.unsupported", { user: "admin", field: "as" }],
		["a proxy", { cluster: { "proxy-url": "http://proxy:3128" } }, "kubeconfig.unsupported", { user: "", field: "proxy-url" }],
		["TLS unchecked", { cluster: { "insecure-skip-tls-verify": true } }, "kubeconfig.insecure-skip-tls", { cluster: "prod" }],
		["plain HTTP", { cluster: { server: "http://10.0.0.1:8080" } }, "kubeconfig.insecure-server", { server: "http://10.0.0.1:8080" }],
		[
			"a password in the URL",
			{ cluster: { server: `https://u:${SECRET}@h` } },
			"kubeconfig.bad-server",
			{ server: "https://h", reason: "credentials" },
		],
		["no URL", { cluster: { server: "10.0.0.1 6443" } }, "kubeconfig.bad-server", { server: "", reason: "not-a-url" }],
		["another scheme", { cluster: { server: "ftp://h" } }, "kubeconfig.bad-server", { server: "ftp://h", reason: "scheme" }],
		[
			"no PEM",
			{ cluster: { "certificate-authority-data": "Zm9v" } },
			"kubeconfig.bad-certificate",
			{ field: "certificate-authority-data" },
		],
		[
			"half a client certificate",
			{ user: { "client-key-data": "Zm9v" } },
			"kubeconfig.schema",
			{ path: "user.client-certificate-data", problem: "missing" },
		],
		["a token with a line break", { user: { token: "a\nb" } }, "kubeconfig.schema", { path: "user.token", problem: "characters" }],
		[
			"an unknown cluster",
			{ file: { clusters: [] } },
			"kubeconfig.dangling-reference",
			{ kind: "cluster", name: "prod", context: "admin@prod" },
		],
		["an unknown user", { file: { users: null } }, "kubeconfig.dangling-reference", { kind: "user", name: "admin", context: "admin@prod" }],
		["a number for a token", { user: { token: 1 } }, "kubeconfig.schema", { path: "users.0.user.token", problem: "invalid_type" }],
		[
			"a server left out",
			{ file: { clusters: [{ name: "prod", cluster: {} }] } },
			"kubeconfig.schema",
			{ path: "clusters.0.cluster.server", problem: "invalid_type" },
		],
	] as const)("refuses %s", (_, change, code, values) => {
		expect(failure(config(change))).toMatchObject({ code, values });
	});

	test("plain HTTP is taken on loopback, where nobody listens in", () => {
		for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
			expect(parseKubeconfig(config({ cluster: { server: `http://${host}:8001` } })).server).toBe(`http://${host}:8001`);
		}
		expect(failure(config({ cluster: { server: "http://127.evil.example" } })).code).toBe("kubeconfig.insecure-server");
	});

	test("a syntax error names line and column and none of the text", () => {
		const error = failure(`users:\n- name: admin\n  user: {token: "${SECRET}\n`);
		expect(error.code).toBe("kubeconfig.syntax");
		expect(error.values.line).toBeGreaterThan(1);
		expect(inspect(error, { depth: 10 })).not.toContain(SECRET);
	});

	test("what is no mapping at all is refused", () => {
		for (const text of ["", "just words", "- a\n- b", "42"]) expect(failure(text).code).toBe("kubeconfig.schema");
		expect(failure("x".repeat(1024 * 1024 + 1)).code).toBe("kubeconfig.too-large");
		expect(
			failure("a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]").code,
		).toBe("kubeconfig.syntax");
	});

	test("the access shows its credentials to nobody who prints it", () => {
		const access = parseKubeconfig(config({ user: { username: "u", password: SECRET } }));
		expect(access.credentials().basic?.password).toBe(SECRET);
		expect(inspect(access, { depth: 10, showHidden: true }) + JSON.stringify(access)).not.toContain(SECRET);
	});

	test("no damaged file, cut or scrambled, shows its token in the error", () => {
		const text = config({ user: { token: SECRET, "client-certificate": "/x" } });
		fc.assert(
			fc.property(fc.nat(text.length), fc.string({ maxLength: 4 }), fc.nat(20), (at, piece, cut) => {
				try {
					parseKubeconfig(text.slice(0, at) + piece + text.slice(at + cut));
				} catch (error) {
					expect(error).toBeInstanceOf(KubernetesError);
					expect(inspect(error, { depth: 10 })).not.toContain(SECRET);
				}
			}),
			{ numRuns: 300 },
		);
	});
});
