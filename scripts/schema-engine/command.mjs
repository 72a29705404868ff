import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes an empty database where there is none. SQLite takes an empty file for an empty database.
 * @param {string} file
 */
export function createDatabase(file) {
	if (file === ":memory:" || existsSync(file)) return;
	mkdirSync(dirname(file), { recursive: true });
	closeSync(openSync(file, "a"));
}

/**
 * The engine's one-shot commands (`schema-engine cli …`). Their result is an exit status and log lines for standard error, of
 * which Prisma's command line ignores the first.
 * @param {string} command
 * @param {string} file
 */
export function runCommand(command, file) {
	switch (command) {
		case "can-connect-to-database":
			return existsSync(file) ? ok() : failed("P1003", `Database \`${file}\` does not exist`);
		case "create-database":
			createDatabase(file);
			return ok();
		default:
			return failed("P0000", `${command} is not supported by the WebAssembly schema engine`);
	}
}

const started = () => logLine("INFO", { message: "Starting schema engine CLI", git_hash: "wasm" });
const ok = () => ({ exitCode: 0, lines: [started(), logLine("INFO", { message: "ok" })] });
const failed = (/** @type {string} */ code, /** @type {string} */ message) => ({
	exitCode: 1,
	lines: [started(), logLine("ERROR", { is_panic: false, message, error_code: code, meta: {} })],
});

/** @type {(level: string, fields: object) => object} */
function logLine(level, fields) {
	return { timestamp: new Date().toISOString(), level, fields, target: "schema_engine::logger" };
}
