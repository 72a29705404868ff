import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./cache.ts";
import { mountsBelow } from "./disk.ts";
import { type FleetNames, fleetNames } from "./names.ts";
import { must } from "./process.ts";
import { claimedSubnets } from "./state.ts";

/** Everything of a fleet that this machine still has, one line each, found by name and not by what was recorded. */
export async function remains(name: string): Promise<string[]> {
	const names = fleetNames(name);
	const folders = [names.stateDir, names.disksDir];
	const left = await Promise.all([
		processes(names),
		links(names),
		mountsBelow(names.disksDir).then((points) => points.map((point) => `mount ${point}`)),
		cgroups("/sys/fs/cgroup", names.cgroup, 6),
		Promise.all(folders.map(async (folder) => ((await exists(folder)) ? [`folder ${folder}`] : []))).then((each) => each.flat()),
		claimedSubnets(name).then((subnets) => subnets.map((subnet) => `subnet 10.77.${subnet}.0/24`)),
		propagateFolders(name),
	]);
	return left.flat();
}

async function processes(names: FleetNames): Promise<string[]> {
	const found: string[] = [];
	for (const pid of (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry))) {
		if (Number(pid) === process.pid) continue;
		const read = (file: string) => readFile(join("/proc", pid, file), "utf8").catch(() => "");
		const command = (await read("cmdline")).replaceAll("\0", " ").trim();
		const inCgroup = (await read("cgroup")).includes(`/${names.cgroup}/`);
		const ours = command.includes(`${names.stateDir}/`) && /^\S*(etcd|kube-|systemd-nspawn|\/bin\/sh)/.test(command);
		if (inCgroup || ours) found.push(`process ${pid} ${command.slice(0, 120)}`);
	}
	return found;
}

async function links(names: FleetNames): Promise<string[]> {
	const shown = JSON.parse(await must("ip", ["-j", "link", "show"])) as { ifname: string }[];
	const ours = ({ ifname }: { ifname: string }) => ifname === names.bridge || new RegExp(`^vb-${names.name}-n\\d+$`).test(ifname);
	return shown.filter(ours).map((link) => `link ${link.ifname}`);
}

async function cgroups(folder: string, name: string, depth: number): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	const children = entries.filter((entry) => entry.isDirectory());
	const here = children.filter((child) => child.name === name).map((child) => `cgroup ${join(folder, child.name)}`);
	// Another fleet's cgroups are its own business, and many.
	const others = children.filter((child) => depth > 0 && !child.name.startsWith("gf-"));
	return [...here, ...(await Promise.all(others.map((child) => cgroups(join(folder, child.name), name, depth - 1)))).flat()];
}

async function propagateFolders(name: string): Promise<string[]> {
	const entries = await readdir("/run/systemd/nspawn/propagate").catch(() => []);
	return entries.filter((entry) => new RegExp(`^${name}-n\\d+$`).test(entry)).map((entry) => `folder of systemd-nspawn ${entry}`);
}
