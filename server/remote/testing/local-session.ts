import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wrapScript } from "../../ssh/bootstrap.ts";
import { SshError } from "../../ssh/errors.ts";
import type { NodeSession, ScriptOptions, ScriptResult } from "../../ssh/session.ts";
import { uploadBy } from "../../ssh/upload.ts";
import { BUSYBOX_TOOLS, STAND_INS } from "./stand-ins.ts";

export type LocalShell = "sh" | "dash" | "busybox";

/** Why a local node cannot be had on this machine; "" where it can. */
export function localNodeObstacle(shell: LocalShell): string {
	if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs Linux and root, for a mount namespace";
	const missing = ["unshare", "nsenter", "flock", "setsid", ...(shell === "sh" ? [] : [shell])].filter(
		(command) => spawnSync("sh", ["-c", `command -v ${command}`]).status !== 0,
	);
	if (missing.length > 0) return `needs ${missing.join(", ")}`;
	if (spawnSync("unshare", ["-m", "true"]).status !== 0) return "may not make a mount namespace";
	return "";
}

/**
 * A node made of this machine's own shell and tools: /var/lib, /run and /etc/systemd are folders of its own, in a mount
 * namespace that one keeper process holds, and systemd's commands are stand-ins.
 */
export class LocalNode {
	readonly root = mkdtempSync(join(tmpdir(), "gantry-node-"));
	private readonly keeper;
	private readonly environment: NodeJS.ProcessEnv;

	constructor(readonly shell: LocalShell) {
		for (const folder of ["bin", "tools", "units", "var-lib", "run/systemd/system", "etc-systemd/system/sysinit.target.wants"]) {
			mkdirSync(join(this.root, folder), { recursive: true });
		}
		for (const [name, text] of Object.entries(STAND_INS)) {
			writeFileSync(join(this.root, "bin", name), text);
			chmodSync(join(this.root, "bin", name), 0o755);
		}
		if (shell === "busybox") {
			const busybox = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
			for (const tool of BUSYBOX_TOOLS) symlinkSync(busybox, join(this.root, "tools", tool));
		}
		this.environment = {
			PATH: `${join(this.root, "bin")}:${join(this.root, "tools")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
			LC_ALL: "C",
			NODE_ENV: "test",
			GANTRY_UNITS: join(this.root, "units"),
		};
		const mounts = [
			'mount --bind "$1/var-lib" /var/lib',
			'mount --bind "$1/run" /run',
			'mount --bind "$1/etc-systemd" /etc/systemd',
			'echo ready >"$1/keeper"',
			"exec sleep 3600",
		];
		this.keeper = spawn("unshare", ["-m", "--propagation", "private", "sh", "-c", mounts.join(" && "), "sh", this.root], {
			stdio: "ignore",
		});
	}

	/** Resolves when the namespace stands. */
	async ready(): Promise<void> {
		for (let tries = 0; tries < 500; tries++) {
			if (this.keeper.exitCode !== null) throw new Error("the mount namespace could not be made");
			try {
				if (readFileSync(join(this.root, "keeper"), "utf8") === "ready\n") return;
			} catch {
				// Not there yet.
			}
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		throw new Error("the mount namespace did not come up");
	}

	/** Where an absolute path of the node lies on this machine. */
	path(onNode: string): string {
		if (onNode.startsWith("/var/lib/")) return join(this.root, "var-lib", onNode.slice(9));
		if (onNode.startsWith("/run/")) return join(this.root, "run", onNode.slice(5));
		if (onNode.startsWith("/etc/systemd/")) return join(this.root, "etc-systemd", onNode.slice(13));
		throw new RangeError(`not on the node: ${onNode}`);
	}

	/** A process on the node, outside any session: what systemd or another hand would start. */
	spawn(script: string) {
		return spawn("nsenter", [...this.inside(), "sh", "-c", script], { env: this.environment, stdio: ["ignore", "pipe", "inherit"] });
	}

	/** A shell of the node's kind in its namespace, script on stdin. */
	shellProcess() {
		const command = this.shell === "busybox" ? ["busybox", "sh"] : [this.shell];
		return spawn("nsenter", [...this.inside(), ...command], { env: this.environment, stdio: ["pipe", "pipe", "pipe"] });
	}

	session(): LocalSession {
		return new LocalSession(this);
	}

	/** Ends every unit still alive, the namespace and the files. */
	dispose(): void {
		spawnSync("sh", ["-c", `for f in "$1"/units/*.pid; do [ -s "$f" ] && kill -KILL -- "-$(cat "$f")"; done 2>/dev/null`, "sh", this.root]);
		this.keeper.kill("SIGKILL");
		rmSync(this.root, { recursive: true, force: true });
	}

	private inside(): string[] {
		return ["-t", String(this.keeper.pid), "-m", "--"];
	}
}

/** NodeSession without a network: what server/ssh sends, run by a local shell. `close()` is the connection being lost. */
export class LocalSession implements NodeSession {
	readonly label: string;
	open = true;
	private readonly running = new Set<() => void>();

	constructor(private readonly node: LocalNode) {
		this.label = `root@${node.shell}:0`;
	}

	run(script: string, options: ScriptOptions): Promise<ScriptResult> {
		const where = { label: this.label };
		if (!this.open) return Promise.reject(new SshError("connection.closed", where));
		return new Promise((resolve, reject) => {
			const child = this.node.shellProcess();
			const began = performance.now();
			const stdout: Buffer[] = [];
			const stderr: Buffer[] = [];
			let over = false;
			const end = () => {
				over = true;
				clearTimeout(timer);
				this.running.delete(lose);
				options.signal?.removeEventListener("abort", abort);
			};
			// As with sshd, what runs on the node is not killed: it loses its pipes.
			const fail = (error: unknown) => {
				if (over) return;
				end();
				child.stdout.destroy();
				child.stderr.destroy();
				reject(error);
			};
			const lose = () => fail(new SshError("connection.closed", where, {}, true));
			const abort = () => fail(new SshError("aborted", where, {}, true));
			const timer = setTimeout(
				() => fail(new SshError("timeout.script", where, { timeoutMs: options.timeoutMs }, true)),
				options.timeoutMs,
			);
			this.running.add(lose);
			options.signal?.addEventListener("abort", abort, { once: true });
			if (options.signal?.aborted) abort();
			child.stdout.on("data", (bytes: Buffer) => {
				if (over) return;
				if (!options.onStdout) {
					stdout.push(bytes);
					return;
				}
				const taken = options.onStdout(bytes);
				if (!(taken instanceof Promise)) return;
				child.stdout.pause();
				taken.then(() => child.stdout.resume(), fail);
			});
			child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
			child.on("error", fail);
			child.on("close", (code, signal) => {
				if (over) return;
				if (code === null) {
					fail(new SshError("exit.signal", where, { signal: signal ?? "unknown" }, true));
					return;
				}
				end();
				resolve({
					exitCode: code,
					stdout: Buffer.concat(stdout),
					stderr: Buffer.concat(stderr).toString("utf8"),
					durationMs: Math.round(performance.now() - began),
				});
			});
			child.stdin.on("error", () => {});
			child.stdin.end(wrapScript(script));
		});
	}

	upload(path: string, bytes: Buffer, options: { mode: string; timeoutMs: number; signal?: AbortSignal }): Promise<void> {
		return uploadBy((script, runOptions) => this.run(script, runOptions), { label: this.label }, path, bytes, options);
	}

	close(): void {
		this.open = false;
		for (const lose of [...this.running]) lose();
	}
}
