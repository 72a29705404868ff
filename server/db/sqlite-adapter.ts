import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import type {
	ConnectionInfo,
	IsolationLevel,
	SqlDriverAdapter,
	SqlDriverAdapterFactory,
	SqlQuery,
	SqlResultSet,
	Transaction,
} from "@prisma/driver-adapter-utils";
import SQLite from "better-sqlite3";
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
}

/**
 * Prisma's better-sqlite3 adapter, with what it lacks for a server of one process. It has one connection for everything:
 * - A statement issued elsewhere while a transaction is open would run inside it, and be lost with it although its caller
 *   was told that it was written. Here statements and transactions wait for each other, in order. So a transaction must
 *   use its own client only; the lint rule on `$transaction` keeps it to the array form, which cannot do otherwise.
 * - Its calls are synchronous under a promise, so a loop of them starves the event loop. Here it gets a turn between them.
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
			return new IsolatedConnection(connection, handle);
		},
	};
}

function handleOf(connection: SqlDriverAdapter): SQLite.Database {
	const handle: unknown = Reflect.get(connection, "client");
	if (!(handle instanceof SQLite)) throw new Error("@prisma/adapter-better-sqlite3 no longer keeps its connection in `client`.");
	return handle;
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

	constructor(inner: SqlDriverAdapter, handle: SQLite.Database) {
		this.provider = inner.provider;
		this.adapterName = inner.adapterName;
		this.#inner = inner;
		this.#handle = handle;
	}

	async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
		await breathe();
		return this.#queue.run(() => this.#inner.queryRaw(query));
	}

	async executeRaw(query: SqlQuery): Promise<number> {
		await breathe();
		return this.#queue.run(() => this.#inner.executeRaw(query));
	}

	async executeScript(script: string): Promise<void> {
		await breathe();
		return this.#queue.run(() => this.#inner.executeScript(script));
	}

	async startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
		await breathe();
		const done = await this.#queue.turn();
		try {
			return new IsolatedTransaction(await this.#inner.startTransaction(isolationLevel), this.#handle, done);
		} catch (error) {
			done();
			throw error;
		}
	}

	getConnectionInfo(): ConnectionInfo {
		return this.#inner.getConnectionInfo?.() ?? { supportsRelationJoins: false };
	}

	dispose(): Promise<void> {
		return this.#queue.run(() => this.#inner.dispose());
	}
}

class IsolatedTransaction implements Transaction {
	readonly provider: Transaction["provider"];
	readonly adapterName: string;
	readonly options: Transaction["options"];
	readonly #inner: Transaction;
	readonly #handle: SQLite.Database;
	readonly #done: () => void;

	constructor(inner: Transaction, handle: SQLite.Database, done: () => void) {
		this.provider = inner.provider;
		this.adapterName = inner.adapterName;
		this.options = inner.options;
		this.#inner = inner;
		this.#handle = handle;
		this.#done = done;
	}

	async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
		await breathe();
		return this.#inner.queryRaw(query);
	}

	async executeRaw(query: SqlQuery): Promise<number> {
		await breathe();
		return this.#inner.executeRaw(query);
	}

	// Prisma has sent COMMIT or ROLLBACK as a statement before it calls these; what is still open then has failed.
	commit(): Promise<void> {
		return this.#end(() => this.#inner.commit());
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
