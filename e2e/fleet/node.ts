import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNTS } from "./base-root.ts";
import { loseUnwritten } from "./disk.ts";
import { bootCount, consoleTail, hostPaths, initPid, killInit, startHost, stopHost } from "./host.ts";
import type { FleetNames } from "./names.ts";
import { FleetError, type RunOptions, type RunResult, run, tail, until } from "./process.ts";
import type { FleetState, NodeState } from "./state.ts";
import type { SuiteName } from "./suites.ts";

export type Kubectl = (args: readonly string[], options?: RunOptions) => Promise<string>;

/** What `kubectl get nodes -o wide` shows of a node, and since when it has been so. */
export interface NodeStatus {
	ready: boolean;
	/** The kubelet's last heartbeat on the node object's Ready condition. */
	heartbeat: Date;
	/** Like `docker://20.10.24` or `containerd://1.6.20`. */
	runtime: string;
	unschedulable: boolean;
}

/** An orderly shutdown may wait out systemd's DefaultTimeoutStopSec (90 s) for a unit that does not end; then the host boots. */
const NEXT_BOOT_MS = 150_000;

/** One real node: a host with systemd, sshd, Docker, containerd and a kubelet. */
export class FleetNode {
	constructor(
		private readonly state: FleetState,
		private readonly names: FleetNames,
		private readonly spec: NodeState,
		private readonly kubectl: Kubectl,
	) {}

	get name(): string {
		return this.spec.name;
	}

	get address(): string {
		return this.spec.address;
	}

	get suite(): SuiteName {
		return this.spec.suite;
	}

	get controlPlane(): boolean {
		return this.spec.controlPlane;
	}

	/** The lines a `known_hosts` file needs for this node, one per key type. */
	get knownHostsLine(): string {
		return ["ed25519", "ecdsa"].map((type) => `${this.address} ${this.publicKey(type)}\n`).join("");
	}

	/** The ways in: root by key, `ops` (sudo with password), `deploy` (sudo without), `guest` (no sudo). */
	get ssh(): { host: string; port: 22; privateKeyPath: string; accounts: typeof ACCOUNTS } {
		return { host: this.address, port: 22, privateKeyPath: join(this.names.stateDir, "keys/id_ed25519"), accounts: ACCOUNTS };
	}

	/** The node's root folder as this machine sees it. Read it freely; write it only while the host is off. */
	get root(): string {
		return this.paths.disk.root;
	}

	/**
	 * Runs a shell script as root inside the host, past sshd: for assertions from outside. Processes left behind do not
	 * belong to any unit of the host, so start nothing lasting with it (use `systemd-run`).
	 */
	async exec(script: string, options: RunOptions = {}): Promise<RunResult> {
		const pid = await initPid(this.paths);
		if (pid === undefined) throw new FleetError("fleet.host_off", `${this.name} is off`);
		const enter = ["-t", String(pid), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w"];
		const env = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"];
		return run("nsenter", [...enter, "--", ...env, "/bin/sh", "-c", script], options);
	}

	/** Like `exec`, but throws `fleet.command_failed` when the exit code is not 0. Returns stdout. */
	async must(script: string, options: RunOptions = {}): Promise<string> {
		const result = await this.exec(script, options);
		if (result.code !== 0) {
			const said = tail(result.stderr || result.stdout);
			throw new FleetError("fleet.command_failed", `on ${this.name}: ${script.slice(0, 200)} ended with ${result.code}\n${said}`);
		}
		return result.stdout;
	}

	/** Whether the host is up, as far as its init runs. */
	async isOn(): Promise<boolean> {
		return (await initPid(this.paths)) !== undefined;
	}

	/** The pid of the host's init on this machine. */
	initPid(): Promise<number | undefined> {
		return initPid(this.paths);
	}

	/** How often the host booted since it was last switched on from outside. */
	boots(): Promise<number> {
		return bootCount(this.paths);
	}

	/**
	 * Kills the host at once. By default it comes up again by itself, as after a short power failure; with `stayOff` it
	 * stays dark until `powerOn`. What was written stays written, since the page cache is this machine's; but a node with a disk of its
	 * own loses what had not reached it.
	 */
	async powerCut(options: { stayOff?: boolean } = {}): Promise<void> {
		if (options.stayOff || this.spec.ownDisk) {
			await stopHost(this.state, this.names, this.spec);
			if (this.spec.ownDisk) await loseUnwritten(this.paths.disk, this.spec.layers);
			if (options.stayOff) return;
			await startHost(this.state, this.names, this.spec);
			return this.nextBoot(0);
		}
		const before = await this.boots();
		if (!(await killInit(this.paths))) throw new FleetError("fleet.host_off", `${this.name} is off`);
		await this.nextBoot(before);
	}

	/** Switches the host on after `powerCut({ stayOff: true })` or a shutdown. */
	async powerOn(): Promise<void> {
		await stopHost(this.state, this.names, this.spec);
		await startHost(this.state, this.names, this.spec);
	}

	/** Reboots the host in order, and resolves when the next boot has begun. */
	async reboot(): Promise<void> {
		const before = await this.boots();
		// With logind masked `systemctl reboot` fails; this is what it would start, and as it would: no later start takes it back.
		await this.must("systemctl start --no-block --job-mode=replace-irreversibly reboot.target");
		await this.nextBoot(before);
	}

	/** Resolves when sshd and the container runtimes' own socket answer: `units` must be active. */
	async waitUp(timeoutMs = 60_000, units: readonly string[] = ["ssh", "containerd"]): Promise<void> {
		await until(
			`boot of ${this.name}`,
			timeoutMs,
			async () => {
				if (!(await this.isOn())) return undefined;
				const result = await this.exec(`systemctl is-active ${units.join(" ")}`, { timeoutMs: 10_000 }).catch(() => undefined);
				return result?.code === 0 ? true : undefined;
			},
			() => this.diagnose(),
		);
	}

	/** What the API server knows of the node now; undefined where it knows none. */
	async status(): Promise<NodeStatus | undefined> {
		const text = await this.kubectl(["get", "node", this.name, "--ignore-not-found", "-o", "json"]);
		if (text.trim() === "") return undefined;
		const node = JSON.parse(text) as {
			spec: { unschedulable?: boolean };
			status: { conditions?: { type: string; status: string; lastHeartbeatTime: string }[]; nodeInfo: { containerRuntimeVersion: string } };
		};
		const ready = node.status.conditions?.find((condition) => condition.type === "Ready");
		return {
			ready: ready?.status === "True",
			heartbeat: new Date(ready?.lastHeartbeatTime ?? 0),
			runtime: node.status.nodeInfo.containerRuntimeVersion,
			unschedulable: node.spec.unschedulable ?? false,
		};
	}

	/**
	 * Resolves when the node is Ready with a heartbeat after `since` (default: now, so that a stale Ready does not count)
	 * and, if given, with a runtime that starts with `runtime`.
	 */
	async waitReady(options: { timeoutMs?: number; since?: Date; runtime?: string } = {}): Promise<NodeStatus> {
		// The API server's times have no fractions: only a later second is certainly later.
		const since = Math.floor((options.since ?? new Date()).getTime() / 1000) * 1000;
		return until(
			`${this.name} Ready${options.runtime ? ` on ${options.runtime}` : ""}`,
			options.timeoutMs ?? 90_000,
			async () => {
				const status = await this.status();
				if (!status?.ready || status.heartbeat.getTime() <= since) return undefined;
				return status.runtime.startsWith(options.runtime ?? "") ? status : undefined;
			},
			() => this.diagnose(),
			500,
		);
	}

	/** Which units failed, and the last words of those that matter. Never throws. */
	async diagnose(): Promise<string> {
		const script = `systemctl --failed --no-legend --plain
for unit in fleet-boot fleet-address ssh containerd docker kubelet; do
	systemctl is-active --quiet "$unit" || { echo "== $unit: $(systemctl is-active "$unit")"; journalctl -u "$unit" -n 12 --no-pager -o cat; }
done
echo "== kubelet"; journalctl -u kubelet -n 8 --no-pager -o cat`;
		const inside = await this.exec(script, { timeoutMs: 15_000 }).catch((error: unknown) => ({ stdout: String(error), stderr: "" }));
		return `${inside.stdout}${inside.stderr}\n== console\n${await consoleTail(this.names, this.spec)}`;
	}

	private get paths() {
		return hostPaths(this.names, this.spec);
	}

	private async nextBoot(before: number): Promise<void> {
		const booted = async () => ((await this.boots()) > before && (await this.isOn()) ? true : undefined);
		await until(`next boot of ${this.name}`, NEXT_BOOT_MS, booted, () => consoleTail(this.names, this.spec), 50);
	}

	private publicKey(type: string): string {
		const text = readFileSync(join(this.names.stateDir, "keys", `${this.name}_${type}.pub`), "utf8");
		return text.split(" ").slice(0, 2).join(" ");
	}
}
