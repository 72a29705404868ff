import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { baseRoot } from "./base-root.ts";
import { FleetError, must } from "./process.ts";
import { SUITES, type SuiteName } from "./suites.ts";

/**
 * Runs in a mount and process namespace of its own: an overlay over the base root, so that accounts, sudoers and sshd's
 * configuration are made for one test and the machine keeps its own. The network is the machine's: loopback.
 */
const BOOT = `set -e
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount --rbind /dev "$2/root/dev"
mount -t proc proc "$2/root/proc"
mkdir -p "$2/root/run/sshd"
chroot "$2/root" /bin/sh /setup
exec chroot "$2/root" /usr/sbin/sshd -D -e -p "$3" -o ListenAddress=127.0.0.1
`;

/** OpenSSH and sudo of a Debian release on a port of loopback, with accounts of its own. */
export class Sshd {
	private constructor(
		private readonly process: ChildProcess,
		private readonly folder: string,
		readonly port: number,
		/** What sshd logged, for a failing test. */
		readonly log: readonly string[],
	) {}

	/**
	 * Starts sshd in a root that the shell script \`setup\` has prepared. Needs root on Linux. Throws \`fleet.sshd\` with sshd's
	 * log when it does not come up.
	 */
	static async start(options: { suite: SuiteName; setup: string; progress?: (line: string) => void }): Promise<Sshd> {
		const base = await baseRoot(SUITES[options.suite], options.progress ?? (() => {}));
		const folder = await mkdtemp(join(tmpdir(), "gantry-sshd-"));
		for (const name of ["upper", "work", "root"]) await mkdir(join(folder, name));
		await writeFile(join(folder, "upper", "setup"), options.setup);
		const port = await freePort();
		const args = ["--mount", "--pid", "--fork", "--kill-child", "--", "/bin/sh", "-c", BOOT, "sh", base, folder, String(port)];
		const process = spawn("unshare", args, { stdio: ["ignore", "ignore", "pipe"] });
		const log: string[] = [];
		const sshd = new Sshd(process, folder, port, log);
		try {
			await new Promise<void>((resolve, reject) => {
				createInterface({ input: process.stderr }).on("line", (line) => {
					log.push(line);
					if (line.startsWith("Server listening on 127.0.0.1")) resolve();
				});
				process.once("error", reject);
				process.once("exit", () => reject(new FleetError("fleet.sshd", `sshd did not start\n${log.join("\n")}`)));
			});
		} catch (error) {
			await sshd.stop();
			throw error;
		}
		return sshd;
	}

	/** A file of the root as it is now, changed files only. */
	read(path: string): Promise<string> {
		return readFile(join(this.folder, "upper", path), "utf8");
	}

	/** Ends sshd and everything that was started through it, and removes the root. */
	async stop(): Promise<void> {
		if (this.process.exitCode === null && this.process.signalCode === null) {
			const gone = new Promise((resolve) => this.process.once("exit", resolve));
			this.process.kill("SIGKILL");
			await gone;
		}
		await rm(this.folder, { recursive: true, force: true });
	}
}

/** A fresh key pair, made by the same OpenSSH that people use. */
export async function makeKey(
	folder: string,
	type: "ed25519" | "rsa" | "ecdsa",
	passphrase = "",
): Promise<{ privateKey: string; publicKey: string }> {
	const path = join(folder, `key-${type}-${passphrase === "" ? "open" : "locked"}`);
	await must("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", path]);
	return { privateKey: await readFile(path, "utf8"), publicKey: await readFile(`${path}.pub`, "utf8") };
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	return typeof address === "object" && address ? address.port : 0;
}
