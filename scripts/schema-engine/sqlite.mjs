import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";

/**
 * @typedef {import("@prisma/driver-adapter-utils").SqlDriverAdapter} Connection
 * @typedef {import("@prisma/driver-adapter-utils").SqlQuery} Query
 */

/**
 * A driver adapter factory for one SQLite file, with what the WebAssembly engine expects of an adapter and this one lacks.
 * `connections` collects the live ones.
 * @param {string} file
 * @param {Connection[]} connections
 */
export function createFactory(file, connections) {
	const factory = new PrismaBetterSqlite3({ url: file === ":memory:" ? file : `file:${file}` });
	const connect = factory.connect.bind(factory);
	const connectToShadowDb = factory.connectToShadowDb.bind(factory);
	factory.connect = async () => {
		const connection = acceptScripts(await connect());
		connections.push(connection);
		return connection;
	};
	factory.connectToShadowDb = async () => acceptScripts(await connectToShadowDb());
	return factory;
}

// The engine sends whole migration files as if they were one statement, and SQLite prepares exactly one at a time.
/** @type {(connection: Connection) => Connection} */
function acceptScripts(connection) {
	const queryRaw = connection.queryRaw.bind(connection);
	const executeRaw = connection.executeRaw.bind(connection);
	connection.queryRaw = async (/** @type {Query} */ query) => {
		const result = await orScript(connection, query, queryRaw, { columnNames: [], columnTypes: [], rows: [] });
		// SQLite's own tables (sqlite_sequence) are not part of anybody's schema.
		if (/^SELECT name AS table_name FROM sqlite_master/.test(query.sql)) {
			result.rows = result.rows.filter(([name]) => !String(name).startsWith("sqlite_"));
		}
		return result;
	};
	connection.executeRaw = (/** @type {Query} */ query) => orScript(connection, query, executeRaw, 0);
	return connection;
}

/**
 * @template T
 * @param {Connection} connection
 * @param {Query} query
 * @param {(query: Query) => Promise<T>} run
 * @param {T} empty what a script returns
 */
async function orScript(connection, query, run, empty) {
	try {
		return await run(query);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		if (query.args?.length || !/more than one statement|contains no statements/.test(message)) throw error;
		await connection.executeScript(query.sql);
		return empty;
	}
}

/**
 * Whether a table of that name exists.
 * @param {Connection} connection
 * @param {string} name
 */
export async function hasTable(connection, name) {
	const { rows } = await connection.queryRaw({
		sql: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
		args: [name],
		argTypes: [{ scalarType: "string", arity: "scalar" }],
	});
	return rows.length > 0;
}

/**
 * Drops every table and view. The engine's own reset only empties the tables.
 * @param {Connection} connection
 */
export async function dropEverything(connection) {
	const { rows } = await connection.queryRaw({
		sql: "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite_%' ORDER BY type DESC",
		args: [],
		argTypes: [],
	});
	const drops = rows.map(([type, name]) => `DROP ${type} "${String(name).replaceAll('"', '""')}";`);
	await connection.executeScript(["PRAGMA foreign_keys = OFF;", ...drops, "PRAGMA foreign_keys = ON;"].join("\n"));
}
