import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import SQLite from "better-sqlite3";
import type { Message } from "../../lib/contracts/finding.ts";
import type { Fleet } from "./fleet.ts";

export type Request = { id: number } & ({ do: "draft"; names: string[]; policy: object } | { do: "start"; migrationId: string });
export type Answer = { id: number; value: string } | { id: number; error: string };
type Wish = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;

/** What the record says of a run. */
export interface RecordedRun {
	id: string;
	nodeName: string;
	state: string;
	result: Message | null;
	verified: string | null;
	cordonedByUs: boolean;
	logBytes: number;
}

/** An engine in a process of its own, to be killed; its record outlives it and can be read at any time. */
export class EngineProcess {
	#child: ChildProcess | null = null;
	#asked = 0;
	readonly #waiting = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();

	private constructor(
		private readonly fleet: Fleet,
		private readonly folder: string,
	) {}

	static async start(fleet: Fleet): Promise<EngineProcess> {
		const made = new EngineProcess(fleet, await mkdtemp(join(tmpdir(), "gantry-engine-process-")));
		await made.start();
		return made;
	}

	/** Begins it, or begins it again after a kill. */
	async start(): Promise<void> {
		const main = fileURLToPath(new URL("engine-main.ts", import.meta.url));
		const ready = this.#answerTo(0);
		const child = spawn(process.execPath, ["--import", "tsx", main, this.fleet.name, this.folder], {
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		this.#child = child;
		child.on("message", (answer: Answer) => {
			const asked = this.#waiting.get(answer.id);
			this.#waiting.delete(answer.id);
			if ("error" in answer) asked?.reject(new Error(answer.error));
			else asked?.resolve(answer.value);
		});
		child.on("exit", () => {
			if (this.#child === child) this.#child = null;
			for (const { reject } of this.#waiting.values()) reject(new Error("the engine's process is gone"));
			this.#waiting.clear();
		});
		await ready;
	}

	ask(wish: Wish): Promise<string> {
		this.#asked += 1;
		const id = this.#asked;
		const answer = this.#answerTo(id);
		this.#child?.send({ ...wish, id });
		return answer;
	}

	/** SIGKILL: it does nothing more, not even to say so. Resolves when it is gone. */
	async kill(): Promise<void> {
		const child = this.#child;
		if (!child) return;
		const gone = new Promise((resolve) => child.once("exit", resolve));
		child.kill("SIGKILL");
		await gone;
	}

	async close(): Promise<void> {
		await this.kill();
		await rm(this.folder, { recursive: true, force: true });
	}

	/** The record as it stands, whether the process lives or not. */
	runs(migrationId: string): RecordedRun[] {
		const db = new SQLite(join(this.folder, "gantry.db"), { readonly: true });
		try {
			const rows = db.prepare("select * from Run where migrationId = ? order by position").all(migrationId) as Record<string, unknown>[];
			return rows.map((row) => ({
				id: String(row["id"]),
				nodeName: String(row["nodeName"]),
				state: String(row["state"]),
				result: row["result"] === null ? null : (JSON.parse(String(row["result"])) as Message),
				verified: row["verified"] === null ? null : String(row["verified"]),
				cordonedByUs: row["cordonedByUs"] === 1,
				logBytes: Number(row["logBytes"]),
			}));
		} finally {
			db.close();
		}
	}

	/** The stored log of a run. */
	log(runId: string): Buffer {
		const db = new SQLite(join(this.folder, "gantry.db"), { readonly: true });
		try {
			const chunks = db.prepare("select bytes from LogChunk where runId = ? order by generation, offset").all(runId) as { bytes: Buffer }[];
			return Buffer.concat(chunks.map((chunk) => chunk.bytes));
		} finally {
			db.close();
		}
	}

	#answerTo(id: number): Promise<string> {
		return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
	}
}
