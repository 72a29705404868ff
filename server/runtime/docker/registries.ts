import type { Registry, RegistryEndpoint } from "../containerd/registries.ts";

/** What Docker was told of registries, as far as containerd can be told the same. */
export type DockerRegistries = {
	readonly registries: readonly Registry[];
	/** Entries that stand for networks, or that cannot be read: containerd has nothing like them. */
	readonly untranslated: readonly string[];
};

const HOST = /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/;

/**
 * The registries that differ from what every daemon does by itself: docker.io where it has mirrors, insecure ones, and those with
 * certificates. `mirrorsOf` replaces Docker's mirrors where it is given. Docker asks its mirrors for docker.io alone, and an insecure
 * registry first by TLS that it does not verify, then without (docs.docker.com, dockerd, "Insecure registries").
 */
export function dockerRegistries(input: {
	readonly registryMirrors: readonly string[];
	readonly insecureRegistries: readonly string[];
	/** Paths `/etc/docker/certs.d/<host>/<file>`. */
	readonly certificates: readonly string[];
	readonly mirrorsOf?: readonly { readonly registry: string; readonly mirrors: readonly string[] }[] | null;
}): DockerRegistries {
	const plain = input.insecureRegistries.map((entry) => entry.replace(/^https?:\/\//, "").replace(/\/$/, ""));
	const insecure = new Set(plain.filter((entry) => HOST.test(entry)));
	const certificates = byHost(input.certificates);
	const mirrors = new Map(
		input.mirrorsOf
			? input.mirrorsOf.map(({ registry, mirrors: urls }) => [registry, urls] as const)
			: input.registryMirrors.length > 0
				? [["docker.io", input.registryMirrors] as const]
				: [],
	);
	const endpoint = (url: string): RegistryEndpoint => {
		const host = url.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
		const tls = url.startsWith("https:");
		return {
			url,
			skipVerify: tls && insecure.has(host),
			ca: tls ? (certificates.get(host)?.ca ?? []) : [],
			clients: tls ? (certificates.get(host)?.clients ?? []) : [],
		};
	};
	const hosts = [...new Set([...mirrors.keys(), ...insecure, ...certificates.keys()])].sort();
	return {
		registries: hosts.map((host) => ({
			host,
			endpoints: [
				...(mirrors.get(host) ?? []).map((url) => endpoint(url.replace(/\/+$/, ""))),
				...(insecure.has(host) || certificates.has(host) ? [endpoint(`https://${host}`)] : []),
				...(insecure.has(host) ? [endpoint(`http://${host}`)] : []),
			],
		})),
		untranslated: input.insecureRegistries.filter((_, index) => !HOST.test(plain[index] ?? "")),
	};
}

/** `*.crt` is an authority, `*.cert` a client's certificate with its key of the same name (docs.docker.com, "Verify repository client with certificates"). */
function byHost(paths: readonly string[]): Map<string, { ca: string[]; clients: { cert: string; key: string }[] }> {
	const all = new Set(paths);
	const found = new Map<string, { ca: string[]; clients: { cert: string; key: string }[] }>();
	for (const path of [...paths].sort()) {
		const parts = path.split("/");
		const host = parts.at(-2) ?? "";
		if (!HOST.test(host)) continue;
		const entry = found.get(host) ?? { ca: [], clients: [] };
		if (path.endsWith(".crt")) entry.ca.push(path);
		else if (path.endsWith(".cert") && all.has(path.replace(/\.cert$/, ".key")))
			entry.clients.push({ cert: path, key: path.replace(/\.cert$/, ".key") });
		else continue;
		found.set(host, entry);
	}
	return found;
}
