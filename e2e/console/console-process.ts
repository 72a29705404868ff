import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ensureBuild } from "../../scripts/start/build.ts";
import { freePort, isFree } from "./free-port.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 15_000;

interface ConsoleOptions {
	/** Where it listens; default the loopback address. */
	host?: string;
	/** Default: a free one of the loopback address. */
	port?: number;
	/** More addresses that browsers may open it by. */
	origins?: readonly string[];
	/** Of the first administrator. */
	password?: string;
}

/** The built console as `npm start` runs it, with a data folder of its own. It can be killed and started again on the same data. */
export class ConsoleProcess {
	readonly email = "admin@gantry.local";
	#child: ChildProcess | null = null;

	private constructor(
		private readonly build: string,
		private readonly folder: string,
		private readonly host: string,
		readonly port: number,
		private readonly origins: readonly string[],
		readonly password: string,
	) {}

	/** Builds the console where its sources have changed since, and starts it. Throws, with its log, where it is not ready in a minute. */
	static async start(options: ConsoleOptions = {}): Promise<ConsoleProcess> {
		const { host = "127.0.0.1", origins = [], password = "correct horse battery staple" } = options;
		const build = ensureBuild(ROOT);
		const folder = await mkdtemp(join(tmpdir(), "gantry-console-"));
		const console = new ConsoleProcess(build, folder, host, options.port ?? (await freePort()), origins, password);
		try {
			await console.up();
		} catch (error) {
			await console.close();
			throw error;
		}
		return console;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** Its SQLite file. */
	get database(): string {
		return join(this.folder, "data", "gantry.db");
	}

	/** Starts it, on the data of the time before. */
	async up(): Promise<void> {
		if (this.#child) throw new Error("the console runs already");
		// Another server would answer in its place.
		if (!(await isFree(this.host, this.port))) throw new Error(`port ${this.port} of ${this.host} is in use`);
		const log = openSync(this.logFile, "a");
		const child = spawn(process.execPath, [join(ROOT, "scripts/start/serve.mjs"), this.build], {
			cwd: ROOT,
			stdio: ["ignore", log, log],
			env: {
				NODE_ENV: "production",
				...ownEnvironment(),
				GANTRY_DATA_DIR: join(this.folder, "data"),
				GANTRY_HOST: this.host,
				GANTRY_PORT: String(this.port),
				// Without any it takes every address that it listens at.
				GANTRY_ORIGINS: this.origins.length > 0 ? [this.url, ...this.origins].join(",") : "",
				GANTRY_ADMIN_EMAIL: this.email,
				GANTRY_ADMIN_PASSWORD: this.password,
			},
		});
		closeSync(log);
		this.#child = child;
		const deadline = performance.now() + READY_MS;
		while (!(await this.#ready())) {
			if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the console ended\n${await this.log()}`);
			if (performance.now() > deadline) throw new Error(`the console is not ready after ${READY_MS / 1000} s\n${await this.log()}`);
			await pause(100);
		}
	}

	/** Ends it without a word, as a power cut would. */
	async kill(): Promise<void> {
		await this.#end("SIGKILL");
	}

	/** Ends it in order. Resolves with its exit code, null where it had to be killed. */
	async stop(): Promise<number | null> {
		const child = this.#child;
		await this.#end("SIGTERM");
		return child?.exitCode ?? null;
	}

	/** Ends it in order and removes its data. */
	async close(): Promise<void> {
		await this.#end("SIGTERM");
		await rm(this.folder, { recursive: true, force: true });
	}

	/** Resolves when it has ended, by whomever. */
	async ended(): Promise<void> {
		const child = this.#child;
		if (child && child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once("exit", resolve));
	}

	/** What it has printed since the first start. */
	log(): Promise<string> {
		return readFile(this.logFile, "utf8");
	}

	private get logFile(): string {
		return join(this.folder, "console.log");
	}

	async #ready(): Promise<boolean> {
		try {
			return (await fetch(`${this.url}/api/readyz`)).ok;
		} catch {
			return false;
		}
	}

	async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
		const child = this.#child;
		this.#child = null;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise((resolve) => child.once("exit", resolve));
		child.kill(signal);
		const tooLate = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
		await ended;
		clearTimeout(tooLate);
	}
}

/** Without what is ours alone: the console refuses variables that it does not know. */
function ownEnvironment(): Record<string, string | undefined> {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GANTRY_")));
}
