import { type FileHandle, open } from "node:fs/promises";

/** Puts commits on the disk. */
export interface CommitLog {
	/** Resolves when every commit that was made before the call lies on the disk. Throws where the disk says no. */
	synced(): Promise<void>;
	close(): Promise<void>;
}

/**
 * The write-ahead log of a database in WAL mode. SQLite itself would sync it in the middle of each COMMIT (`synchronous = FULL`), with
 * the process's only thread; here the thread goes on, and whoever commits meanwhile shares the next sync. Looking at its own descriptor
 * takes no lock of SQLite's away: in WAL mode those are on the database and its index.
 */
export class WalFile implements CommitLog {
	#file: FileHandle | undefined;
	#running: Promise<void> | undefined;
	#next: Promise<void> | undefined;

	constructor(private readonly database: string) {}

	synced(): Promise<void> {
		if (!this.#running) return this.#begin();
		// The one that runs may have begun before this commit was written.
		this.#next ??= this.#running.then(
			() => this.#begin(),
			() => this.#begin(),
		);
		return this.#next;
	}

	async close(): Promise<void> {
		await this.#next?.catch(() => {});
		await this.#running?.catch(() => {});
		await this.#file?.close();
		this.#file = undefined;
	}

	#begin(): Promise<void> {
		this.#next = undefined;
		const running = this.#sync().finally(() => {
			if (this.#running === running) this.#running = undefined;
		});
		this.#running = running;
		return running;
	}

	async #sync(): Promise<void> {
		this.#file ??= await open(`${this.database}-wal`, "r");
		await this.#file.datasync();
	}
}

/** A log that also knows how many commits there were. */
export class CountedLog implements CommitLog {
	#commits = 0;

	constructor(private readonly log: CommitLog) {}

	get commits(): number {
		return this.#commits;
	}

	synced(): Promise<void> {
		this.#commits += 1;
		return this.log.synced();
	}

	close(): Promise<void> {
		return this.log.close();
	}
}
