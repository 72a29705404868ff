import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Account } from "../browser/sign-in.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** `npm run demo` as a newcomer types it, and what it printed. */
export class DemoCommand implements Account {
	#printed = "";

	private constructor(private readonly child: ChildProcess) {
		for (const output of [child.stdout, child.stderr]) {
			output?.setEncoding("utf8");
			output?.on("data", (text: string) => {
				this.#printed += text;
			});
		}
	}

	/** Resolves when it has said how to sign in. Throws, with what it printed, where it ends before. */
	static async start(): Promise<DemoCommand> {
		// A group of its own, so that it can be ended as by Ctrl-C: the whole of it.
		const child = spawn("npm", ["run", "demo"], { cwd: ROOT, detached: true, stdio: ["ignore", "pipe", "pipe"] });
		const demo = new DemoCommand(child);
		const ready = new Promise<void>((resolve, reject) => {
			child.once("error", reject);
			child.once("close", () => reject(new Error(`the demo ended\n${demo.printed}`)));
			child.stdout.on("data", () => {
				if (demo.printed.includes("Ctrl-C ends it")) resolve();
			});
		});
		await ready;
		return demo;
	}

	get printed(): string {
		return this.#printed;
	}

	/** Every address that it offers, the one for this machine first. */
	get addresses(): string[] {
		return [...this.#printed.matchAll(/(http:\/\/\S+)/g)].map(([, address]) => address ?? "");
	}

	get url(): string {
		return this.addresses[0] ?? "";
	}

	get email(): string {
		return /^\s*e-mail\s+(\S+)$/m.exec(this.#printed)?.[1] ?? "";
	}

	get password(): string {
		return /^\s*password\s+(\S+)$/m.exec(this.#printed)?.[1] ?? "";
	}

	/** Ends it as Ctrl-C does. Resolves when all of it has ended. */
	async interrupt(): Promise<void> {
		const { child } = this;
		if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
		const closed = new Promise((resolve) => child.once("close", resolve));
		process.kill(-child.pid, "SIGINT");
		await closed;
	}
}
