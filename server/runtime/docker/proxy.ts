import { parseEnvFile } from "../kubelet/env-file.ts";
import { splitWords } from "../kubelet/mapped.ts";
import { parseUnitFile } from "../kubelet/unit-file.ts";

/** The variables by which a daemon in Go finds its proxy; it takes either spelling. */
const VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] as const;
type Variable = (typeof VARIABLES)[number];

export type ProxySettings = Readonly<Partial<Record<Variable, string>>>;

/** A service's unit and drop-ins in systemd's order, then the files of `EnvironmentFile=`. */
export type ServiceText = { readonly path: string; readonly text: string };

/**
 * The proxy that a service runs with. Files win over `Environment=`, a later assignment over an earlier one, an empty `Environment=`
 * starts over. Null where a value holds a specifier (`%i`), which another unit would not read alike. Throws `env.syntax`,
 * `kubelet.flags.quoting`.
 */
export function proxyOfService(files: readonly ServiceText[]): ProxySettings | null {
	const isUnit = ({ path }: ServiceText) => /\.(service|conf)$/.test(path);
	let fromUnits: Record<string, string> = {};
	for (const { text } of files.filter(isUnit)) {
		for (const { section, key, value } of parseUnitFile(text)) {
			if (section !== "Service" || key !== "Environment") continue;
			if (value.text === "") fromUnits = {};
			for (const word of splitWords(value)) assign(fromUnits, word.value.text);
		}
	}
	if (Object.values(fromUnits).some((value) => /%/.test(value.replaceAll("%%", "")))) return null;
	const found = Object.fromEntries(Object.entries(fromUnits).map(([name, value]) => [name, value.replaceAll("%%", "%")]));
	for (const { text } of files.filter((file) => !isUnit(file))) {
		for (const { name, value } of parseEnvFile(text)) assign(found, `${name}=${value.text}`);
	}
	return found;
}

function assign(found: Record<string, string>, word: string): void {
	const equals = word.indexOf("=");
	const name = word.slice(0, Math.max(0, equals)).toUpperCase();
	if ((VARIABLES as readonly string[]).includes(name)) found[name] = word.slice(equals + 1);
}

/** The proxy that daemon.json or dockerd's flags name: they win over the service's own variables (docs.docker.com, "Daemon proxy configuration"). */
export function proxyOfDaemon(settings: readonly { readonly key: string; readonly value: string }[]): ProxySettings {
	const found: Partial<Record<Variable, string>> = {};
	for (const { key, value } of settings) {
		const given: Record<string, unknown> = key === "proxies" ? objectOf(value) : { [key]: value };
		for (const variable of VARIABLES) {
			const own = given[variable.toLowerCase().replace("_", "-")];
			if (typeof own === "string" && own !== "") found[variable] = own;
		}
	}
	return found;
}

function objectOf(json: string): Record<string, unknown> {
	const value: unknown = JSON.parse(json);
	return typeof value === "object" && value !== null ? { ...value } : {};
}

export function hasProxy(proxy: ProxySettings): boolean {
	return Boolean(proxy.HTTP_PROXY || proxy.HTTPS_PROXY);
}

/** A drop-in that gives a service this proxy. */
export function proxyDropIn(proxy: ProxySettings): string {
	const lines = VARIABLES.flatMap((variable) => {
		const value = proxy[variable];
		// In Environment= a percent sign begins a specifier, and a backslash an escape (systemd.exec, systemd.syntax).
		const quoted = value?.replaceAll(/["\\]/g, "\\$&").replaceAll("%", "%%");
		return value ? [`Environment="${variable}=${quoted}"`] : [];
	});
	return `# Written by Gantry: the proxy that docker.service has.\n[Service]\n${lines.join("\n")}\n`;
}
