import type { Machine } from "../machine/machine.ts";
import type { Program } from "../machine/program.ts";
import type { Container } from "./container-store.ts";

interface NetworkConfig {
	cniVersion?: string;
	name: string;
	plugins: { type: string; ipam?: { ranges?: { subnet: string }[][]; subnet?: string } }[];
}

const NETWORKS = "/var/lib/cni/networks";

function readConfig(machine: Machine, folder: string): { text: string; config: NetworkConfig } | undefined {
	const inode = machine.fs.find(folder);
	if (inode?.kind !== "folder") return undefined;
	const file = inode.entries.names().find((name) => /\.(conf|conflist|json)$/.test(name));
	const text = file === undefined ? undefined : machine.fs.text(`${folder}/${file}`);
	if (text === undefined) return undefined;
	try {
		return { text, config: JSON.parse(text) };
	} catch {
		return undefined;
	}
}

/** Gives a sandbox an address of the first network, as host-local does, and remembers it as libcni does. */
export function attach(machine: Machine, container: Container, confDir: string): boolean {
	const found = readConfig(machine, confDir);
	if (!found || !container.pod) return false;
	const { config, text } = found;
	const ipam = config.plugins.find((plugin) => plugin.ipam)?.ipam;
	const subnet = ipam?.ranges?.[0]?.[0]?.subnet ?? ipam?.subnet ?? "10.244.0.0/24";
	const prefix = subnet.split("/")[0]?.split(".").slice(0, 3).join(".") ?? "10.244.0";
	const folder = `${NETWORKS}/${config.name}`;
	machine.fs.makeFolders(folder);
	const last = Number(machine.fs.text(`${folder}/last_reserved_ip.0`)?.split(".").at(-1) ?? 1);
	for (let step = 1; step < 254; step++) {
		const host = ((last - 2 + step) % 253) + 2;
		const ip = `${prefix}.${host}`;
		if (machine.fs.find(`${folder}/${ip}`)) continue;
		machine.fs.put(`${folder}/${ip}`, `${container.id}\r\neth0`);
		machine.fs.put(`${folder}/last_reserved_ip.0`, ip);
		container.ip = ip;
		break;
	}
	if (container.ip === "") return false;
	const ips = [{ address: `${container.ip}/24`, version: "4" }];
	remember(machine, container, { network: config.name, interface: "eth0", config: text, version: config.cniVersion ?? "0.3.1", ips });
	// Both runtimes set the loopback up by CNI too.
	remember(machine, container, { network: LOOPBACK, interface: "lo", config: LOOPBACK_CONFIG, version: "0.2.0", ips: [] });
	return true;
}

const LOOPBACK = "cni-loopback";
const LOOPBACK_CONFIG = `{"cniVersion": "0.2.0","name": "${LOOPBACK}","plugins":[{"type": "loopback"}]}`;

interface Attachment {
	network: string;
	interface: string;
	/** The configuration's text. */
	config: string;
	version: string;
	ips: object[];
}

function remember(machine: Machine, container: Container, made: Attachment): void {
	const cache = {
		kind: "cniCacheV1",
		containerId: container.id,
		config: Buffer.from(made.config, "latin1").toString("base64"),
		ifName: made.interface,
		networkName: made.network,
		cniArgs: [
			["IgnoreUnknown", "1"],
			["K8S_POD_NAMESPACE", container.pod?.namespace ?? ""],
			["K8S_POD_NAME", container.pod?.name ?? ""],
			["K8S_POD_INFRA_CONTAINER_ID", container.id],
		],
		capabilityArgs: { dns: {} },
		result: { cniVersion: made.version, dns: {}, ips: made.ips },
	};
	machine.fs.put(cacheFile(container, made.network, made.interface), JSON.stringify(cache), 0o600);
}

/** dockershim gives libcni a folder of its own. */
function cacheFile(container: Container, network: string, name: string): string {
	const folder = container.engine === "docker" ? "/var/lib/cni/cache/results" : "/var/lib/cni/results";
	return `${folder}/${network}-${container.id}-${name}`;
}

/** What the runtime does when it takes a sandbox down in good order. */
export function detach(machine: Machine, container: Container, confDir: string): void {
	const name = readConfig(machine, confDir)?.config.name;
	if (name === undefined) return;
	release(machine, name, container.id);
	for (const path of [cacheFile(container, name, "eth0"), cacheFile(container, LOOPBACK, "lo")])
		if (machine.fs.find(path)) machine.fs.unlink(path);
}

function release(machine: Machine, network: string, id: string): void {
	const folder = `${NETWORKS}/${network}`;
	const inode = machine.fs.find(folder);
	if (inode?.kind !== "folder") return;
	for (const name of inode.entries.names()) {
		if (machine.fs.text(`${folder}/${name}`)?.split(/\r?\n/, 1)[0] === id) machine.fs.unlink(`${folder}/${name}`);
	}
}

/** A CNI plugin asked from outside: DEL gives the addresses of its address plugin back. */
export const cniPlugin: Program = async (call) => {
	const { env } = call.process;
	const input = (await call.stdin()).toString("latin1");
	let config: { name?: string; ipam?: unknown };
	try {
		config = JSON.parse(input);
	} catch (error) {
		await call.out(`${JSON.stringify({ code: 6, msg: String(error) })}\n`);
		return 1;
	}
	const id = env.get("CNI_CONTAINERID") ?? "";
	if (env.get("CNI_COMMAND") !== "DEL" || id === "") return 0;
	if (config.name !== undefined && config.ipam !== undefined) release(call.machine, config.name, id);
	return 0;
};
