import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./cache.ts";
import { makeNodeCgroups, removeCgroups } from "./cgroups.ts";
import { daemonRuns, startDaemon, stopDaemon } from "./daemon.ts";
import { type Disk, diskOf } from "./disk.ts";
import type { FleetNames } from "./names.ts";
import { FleetError, quote, run, tail, until } from "./process.ts";
import type { FleetState, NodeState } from "./state.ts";
import { SUITES } from "./suites.ts";

/** The paths by which a host is run: its folder in the state folder and the names of its parts. */
interface HostPaths {
	folder: string;
	off: string;
	daemon: string;
	link: string;
	disk: Disk;
}

/** The paths and names of a node's host. */
export function hostPaths(names: FleetNames, node: NodeState): HostPaths {
	const folder = join(names.stateDir, "hosts", node.name);
	return {
		folder,
		off: join(folder, "off"),
		daemon: `host-${node.name}`,
		link: `vb-${node.machine}`,
		disk: diskOf(names.disksDir, node.name),
	};
}

/**
 * Starts the host's supervisor: it keeps systemd-nspawn running as a machine's firmware would, so that a reboot or a
 * power cut brings the host up again, while a shutdown or the file `off` ends it. Resolves when the supervisor runs.
 */
export async function startHost(state: FleetState, names: FleetNames, node: NodeState): Promise<void> {
	const paths = hostPaths(names, node);
	const cgroups = await makeNodeCgroups(state.cgroups, node.name);
	await mkdir(paths.folder, { recursive: true });
	await rm(paths.off, { force: true });
	await writeFile(join(paths.folder, "supervise"), supervisor(names, node, paths, cgroups), { mode: 0o755 });
	const hybrid = state.cgroups.length > 1;
	await startDaemon(names.stateDir, paths.daemon, "/bin/sh", [join(paths.folder, "supervise")], hybrid ? SUITES[node.suite].nspawnEnv : {});
}

function supervisor(names: FleetNames, node: NodeState, paths: HostPaths, cgroups: readonly string[]): string {
	const hybrid = cgroups.length > 1;
	const nspawn = [
		"systemd-nspawn",
		...["--quiet", "--register=no", "--keep-unit", "-D", paths.disk.root, `--machine=${node.machine}`, `--hostname=${node.name}`],
		...[`--network-bridge=${names.bridge}`, "--capability=all", "--bind=/dev/kmsg", "--system-call-filter=@keyring bpf"],
		...["--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=pipe", ...paths.disk.binds, "--boot"],
		...(hybrid ? SUITES[node.suite].initArgs : []),
	];
	const groups = cgroups.map(quote).join(" ");
	const off = quote(paths.off);
	const file = (name: string) => quote(join(paths.folder, name));
	return `#!/bin/sh
# Keeps the host ${node.machine} running. A reboot makes systemd-nspawn exit with 133; a kill from outside is a power cut.
cd /
boots=0
quick=0
while [ ! -e ${off} ]; do
	ip link del ${quote(paths.link)} 2>/dev/null
	# systemd-nspawn stumbles over the folder of its own last run.
	rm -rf ${quote(`/run/systemd/nspawn/propagate/${node.machine}`)}
	# A machine that boots finds no cgroup of its last life.
	for group in ${groups}; do find "$group" -mindepth 1 -depth -type d -exec rmdir {} \\; 2>/dev/null; done
	boots=$((boots + 1))
	echo "$boots" >${file("boots")}
	began=$(date +%s)
	(
		own=$(exec sh -c 'echo "$PPID"')
		for group in ${groups}; do echo "$own" >"$group/cgroup.procs"; done
		exec ${nspawn.map(quote).join(" ")}
	) </dev/null &
	echo "$!" >${file("nspawn.pid")}
	wait "$!"
	code=$?
	rm -f ${file("nspawn.pid")}
	echo "supervisor: boot $boots ended with $code"
	[ "$code" -eq 0 ] && : >${off}
	if [ $(($(date +%s) - began)) -lt 3 ]; then quick=$((quick + 1)); else quick=0; fi
	[ "$quick" -lt 5 ] || { echo "supervisor: gave up, five boots in a row ended at once"; exit 1; }
done
`;
}

/** Cuts the power and keeps it off: kills the host, ends its supervisor, removes its link and cgroups. Idempotent. */
export async function stopHost(state: FleetState, names: FleetNames, node: NodeState): Promise<void> {
	const paths = hostPaths(names, node);
	if (await exists(paths.folder)) await writeFile(paths.off, "");
	const init = await initPid(paths);
	if (init !== undefined) kill(init);
	const groups = state.cgroups.map((folder) => join(folder, node.name));
	await until(
		`end of the host ${node.machine}`,
		15_000,
		async () => ((await daemonRuns(names.stateDir, paths.daemon)) ? undefined : true),
		undefined,
		50,
	).catch(() => undefined);
	await stopDaemon(names.stateDir, paths.daemon, 1_000);
	await removeCgroups(groups);
	await run("ip", ["link", "del", paths.link]);
	await rm(`/run/systemd/nspawn/propagate/${node.machine}`, { recursive: true, force: true });
}

/** Kills the host's init, and with it everything on the host, as a power cut does. Returns false where none runs. */
export async function killInit(paths: HostPaths): Promise<boolean> {
	const pid = await initPid(paths);
	if (pid !== undefined) kill(pid);
	return pid !== undefined;
}

/** The pid of the host's init as this machine sees it; undefined while the host is off. */
export async function initPid(paths: HostPaths): Promise<number | undefined> {
	const nspawn = Number((await readFile(join(paths.folder, "nspawn.pid"), "utf8").catch(() => "")).trim());
	if (!nspawn) return undefined;
	const children = await readFile(`/proc/${nspawn}/task/${nspawn}/children`, "utf8").catch(() => "");
	for (const child of children.trim().split(" ").filter(Boolean)) {
		const status = await readFile(`/proc/${child}/status`, "utf8").catch(() => "");
		if (/^NSpid:\s+\d+\s+1$/m.test(status)) return Number(child);
	}
	return undefined;
}

/** How often the host was booted by its present supervisor. */
export async function bootCount(paths: HostPaths): Promise<number> {
	return Number((await readFile(join(paths.folder, "boots"), "utf8").catch(() => "0")).trim());
}

/** The end of the host's console. */
export async function consoleTail(names: FleetNames, node: NodeState, lines = 15): Promise<string> {
	return tail(await readFile(join(names.stateDir, "log", `${hostPaths(names, node).daemon}.log`), "utf8").catch(() => ""), lines);
}

function kill(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw new FleetError("fleet.cannot_kill", String(error));
	}
}
