import { parseToml, type TomlTable, valueAt } from "../toml/parse.ts";
import type { TomlEdit } from "../toml/types.ts";
import { isAtLeast, parseVersion } from "../versions.ts";
import { CRI, CRI_IMAGES, type CriNames } from "./names.ts";

/** The one folder of registries that is written to. containerd's own documents and Docker's file pattern use it. */
export const REGISTRY_FOLDER = "/etc/containerd/certs.d";

/** One address at which a registry's images are asked for. */
export type RegistryEndpoint = {
	/** `https://mirror.example.com`, without a slash at its end. */
	readonly url: string;
	readonly skipVerify: boolean;
	/** Absolute paths on the node: authorities, and pairs of certificate and key. */
	readonly ca: readonly string[];
	readonly clients: readonly { readonly cert: string; readonly key: string }[];
};

/** A registry as image names spell it, and where it is asked, in order. */
export type Registry = { readonly host: string; readonly endpoints: readonly RegistryEndpoint[] };

/** Where a registry answers where nobody says otherwise. */
export function registryServer(host: string): string {
	return host === "docker.io" ? "https://registry-1.docker.io" : `https://${host}`;
}

export type RegistryStyle =
	/** `hosts.toml` files below REGISTRY_FOLDER; `set` where config_path does not name it yet. */
	| { readonly kind: "folder"; readonly set: boolean }
	/** Tables in the configuration itself: what 1.3 and 1.4 know, and what a file that has them already must keep to. */
	| { readonly kind: "inline" }
	/** The file keeps its registries elsewhere. */
	| { readonly kind: "elsewhere"; readonly path: string };

/**
 * How this file and this daemon take registries. `mirrors` or `configs` beside `config_path` keep the CRI plugin from loading
 * (containerd issue 5306), so a file that has one of them stays with it; 1.5 is the first with config_path (docs/cri/registry.md).
 * Throws `toml.*`, `version.unreadable`.
 */
export function registryStyle(text: string | null, daemonVersion: string): RegistryStyle {
	const tables = registryTables(parseToml(text ?? ""));
	const path = tables.map((table) => table.get("config_path")).find((value) => typeof value === "string" && value !== "");
	if (typeof path === "string") {
		return path.split(":").includes(REGISTRY_FOLDER) ? { kind: "folder", set: false } : { kind: "elsewhere", path };
	}
	const hasInline = tables.some((table) => ["mirrors", "configs"].some((key) => sizeOf(table.get(key)) > 0));
	return hasInline || !isAtLeast(parseVersion(daemonVersion), 1, 5) ? { kind: "inline" } : { kind: "folder", set: true };
}

function sizeOf(value: unknown): number {
	return value instanceof Map ? value.size : 0;
}

/** Whatever a version of the file calls the plugin: a name without effect now may come into force with the planned version. */
function registryTables(data: TomlTable): TomlTable[] {
	return ["cri", CRI, CRI_IMAGES].flatMap((name) => {
		const table = valueAt(data, ["plugins", name, "registry"]);
		return table instanceof Map ? [table] : [];
	});
}

/** Edits that put registries into the file's own tables; a registry that has an entry already keeps it. `data` is the file as it will be. */
export function inlineRegistryEdits(data: TomlTable, names: CriNames, registries: readonly Registry[]): TomlEdit[] {
	return registries.flatMap(({ host, endpoints }): TomlEdit[] => {
		const mirror = [...names.registry, "mirrors", host, "endpoint"];
		const urls = endpoints.map(({ url }) => url);
		const own = registryServer(host);
		const edits: TomlEdit[] =
			valueAt(data, mirror) === undefined ? [{ op: "set", path: mirror, value: urls.includes(own) ? urls : [...urls, own] }] : [];
		for (const { url, skipVerify, ca, clients } of endpoints) {
			const tls = [...names.registry, "configs", url.replace(/^https?:\/\//, "").replace(/\/.*$/, ""), "tls"];
			if (valueAt(data, tls) !== undefined) continue;
			if (skipVerify) edits.push({ op: "set", path: [...tls, "insecure_skip_verify"], value: true });
			// One of each is all that these tables take.
			if (ca[0]) edits.push({ op: "set", path: [...tls, "ca_file"], value: ca[0] });
			if (clients[0])
				edits.push(
					{ op: "set", path: [...tls, "cert_file"], value: clients[0].cert },
					{ op: "set", path: [...tls, "key_file"], value: clients[0].key },
				);
		}
		return edits;
	});
}

/** Path and text of the file that names a registry's hosts (containerd docs/hosts.md). */
export function hostsFile({ host, endpoints }: Registry): { readonly path: string; readonly text: string } {
	const quote = (text: string) => JSON.stringify(text);
	const list = (items: readonly string[]) => `[${items.map(quote).join(", ")}]`;
	const hosts = endpoints.map(({ url, skipVerify, ca, clients }) =>
		[
			`[host.${quote(url)}]`,
			'  capabilities = ["pull", "resolve"]',
			...(skipVerify ? ["  skip_verify = true"] : []),
			...(ca.length > 0 ? [`  ca = ${list(ca)}`] : []),
			...(clients.length > 0 ? [`  client = [${clients.map(({ cert, key }) => list([cert, key])).join(", ")}]`] : []),
			// A path that names the API's version stands for the whole address.
			...(/^https?:\/\/[^/]+\/(?:.*\/)?v2(?:\/|$)/.test(url) ? ["  override_path = true"] : []),
		].join("\n"),
	);
	return {
		path: `${REGISTRY_FOLDER}/${host}/hosts.toml`,
		text: `# Written by Gantry, as Docker was set up.\nserver = ${quote(registryServer(host))}\n\n${hosts.join("\n\n")}\n`,
	};
}
