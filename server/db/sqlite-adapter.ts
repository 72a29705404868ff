import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import {
	type ConnectionInfo,
	DriverAdapterError,
	type IsolationLevel,
	type SqlDriverAdapter,
	type SqlDriverAdapterFactory,
	type SqlQuery,
	type SqlResultSet,
	type Transaction,
} from "@prisma/driver-adapter-utils";
import SQLite from "better-sqlite3";
import { type CommitLog, WalFile } from "./commit-log.ts";
import { Queue } from "./queue.ts";

/** How long the thread may belong to the database before timers and sockets get a turn, in milliseconds. */
const BREATH_MS = 10;

export interface SqliteOptions {
	/** Absolute path of the database. */
	file: string;
	/** Run once on the connection, without the word PRAGMA. */
	pragmas: readonly string[];
	/** How long a statement waits, blocking the thread, for another process's lock. */
	busyTimeoutMs: number;
	/** Where commits are put on the disk. Default: the database's own log, which has to be in WAL mode. */
	commitLog?: CommitLog;
}

/**
 * Prisma's better-sqlite3 adapter, with what it lacks for a server of one process. It has one connection for everything:
 * - A statement issued elsewhere while a transaction is open would run inside it, and be lost with it although its caller
 *   was told that it was written. Here statements and transactions wait for each other, in order. So a transaction must
 *   use its own client only; the lint rule on `$transaction` keeps it to the array form, which cannot do otherwise.
 * - Its calls are synchronous under a promise, so a loop of them starves the event loop. Here it gets a turn between them.
 * - With `synchronous = NORMAL` a commit lies on the disk some time later. Here it does before its caller is told.
 * - A COMMIT that fails (a deferred foreign key) leaves the transaction open and every later one stuck. Here it is rolled back.
 */
export function createSqliteAdapter(options: SqliteOptions): SqlDriverAdapterFactory {
	const inner = new PrismaBetterSqlite3({ url: `file:${options.file}`, timeout: options.busyTimeoutMs });
	return {
		provider: inner.provider,
		adapterName: inner.adapterName,
		async connect() {
			const connection = await inner.connect();
			const handle = handleOf(connection);
			for (const pragma of options.pragmas) handle.pragma(pragma);
			return new IsolatedConnection(connection, handle, options.commitLog ?? new WalFile(options.file));
		},
	};
}

function handleOf(connection: SqlDriverAdapter): SQLite.Database {
	const handle: unknown = Reflect.get(connection, "client");
	if (!(handle instanceof SQLite)) throw new Error("@prisma/adapter-better-sqlite3 no longer keeps its connection in `client`.");
	return handle;
}

/** What changes the database, by its first word. */
const WRITES = /^\s*(?:INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i;
/** SQLITE_IOERR_FSYNC. */
const NOT_ON_DISK = 1034;

/** SQLITE_MAX_VARIABLE_NUMBER, as SQLite has it since 3.32; Prisma takes it for 999, and refuses a query with more ids that it cannot split. */
const MOST_VALUES = 32_766;

async function onDisk(log: CommitLog): Promise<void> {
	try {
		await log.synced();
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		throw new DriverAdapterError({ kind: "sqlite", extendedCode: NOT_ON_DISK, message: `the commit is not on the disk: ${message}` });
	}
}

let lastBreath = performance.now();

async function breathe(): Promise<void> {
	if (performance.now() - lastBreath < BREATH_MS) return;
	await new Promise((resolve) => setImmediate(resolve));
	lastBreath = performance.now();
}

class IsolatedConnection implements SqlDriverAdapter {
	readonly provider: SqlDriverAdapter["provider"];
	readonly adapterName: string;
	readonly #inner: SqlDriverAdapter;
	readonly #handle: SQLite.Database;
	readonly #queue = new Queue();
	readonly #log: CommitLog;

	constructor(inner: SqlDriverAdapter, handle: SQLite.Database, log: CommitLog) {
		this.#log = log;
		this.provider = inner.provider;
		this.adapterName = inner.adapterName;
		this.#inner = inner;
		this.#handle = handle;
	}

	async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
		await breathe();
		const found = await this.#queue.run(() => this.#inner.queryRaw(query));
		if (WRITES.test(query.sql)) await onDisk(this.#log);
		return found;
	}

	async executeRaw(query: SqlQuery): Promise<number> {
		await breathe();
		const count = await this.#queue.run(() => this.#inner.executeRaw(query));
		if (WRITES.test(query.sql)) await onDisk(this.#log);
		return count;
	}

	async executeScript(script: string): Promise<void> {
		await breathe();
		return this.#queue.run(() => this.#inner.executeScript(script));
	}

	async startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
		await breathe();
		const done = await this.#queue.turn();
		try {
			return new IsolatedTransaction(await this.#inner.startTransaction(isolationLevel), this.#handle, this.#log, done);
		} catch (error) {
			done();
			throw error;
		}
	}

	getConnectionInfo(): ConnectionInfo {
		return { supportsRelationJoins: false, ...this.#inner.getConnectionInfo?.(), maxBindValues: MOST_VALUES };
	}

	async dispose(): Promise<void> {
		await this.#queue.run(() => this.#inner.dispose());
		await this.#log.close();
	}
}

class IsolatedTransaction implements Transaction {
	readonly provider: Transaction["provider"];
	readonly adapterName: string;
	readonly options: Transaction["options"];
	readonly #inner: Transaction;
	readonly #handle: SQLite.Database;
	readonly #log: CommitLog;
	readonly #done: () => void;
	#wrote = false;

	constructor(inner: Transaction, handle: SQLite.Database, log: CommitLog, done: () => void) {
		this.#log = log;
		this.provider = inner.provider;
		this.adapterName = inner.adapterName;
		this.options = inner.options;
		this.#inner = inner;
		this.#handle = handle;
		this.#done = done;
	}

	async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
		await breathe();
		this.#wrote ||= WRITES.test(query.sql);
		return this.#inner.queryRaw(query);
	}

	async executeRaw(query: SqlQuery): Promise<number> {
		await breathe();
		this.#wrote ||= WRITES.test(query.sql);
		return this.#inner.executeRaw(query);
	}

	// Prisma has sent COMMIT or ROLLBACK as a statement before it calls these; what is still open then has failed.
	async commit(): Promise<void> {
		await this.#end(() => this.#inner.commit());
		if (this.#wrote) await onDisk(this.#log);
	}

	rollback(): Promise<void> {
		return this.#end(() => this.#inner.rollback());
	}

	async #end(inner: () => Promise<void>): Promise<void> {
		try {
			if (this.#handle.open && this.#handle.inTransaction) this.#handle.exec("ROLLBACK");
		} finally {
			// Whatever came of that, the next in line gets its turn.
			await inner().finally(this.#done);
		}
	}
}
