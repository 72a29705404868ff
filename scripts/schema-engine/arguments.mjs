import { resolve } from "node:path";

/**
 * What Prisma's command line passes to its schema engine.
 * @param {string[]} argv
 * @returns `file` is the absolute path of the SQLite database, or ":memory:" when no datasource was given.
 */
export function parseArguments(argv) {
	/** @type {{ version: boolean, command: string | undefined, datamodels: string[], file: string }} */
	const options = { version: false, command: undefined, datamodels: [], file: ":memory:" };
	const rest = [...argv];
	const next = () => rest.shift() ?? "";
	while (rest.length > 0) {
		switch (next()) {
			case "--version":
			case "-V":
				options.version = true;
				break;
			case "--datamodels":
				options.datamodels.push(resolve(next()));
				break;
			case "--datasource":
				options.file = sqliteFile(JSON.parse(next()).url);
				break;
			case "--enabled-preview-features":
			case "--extension-types":
				next();
				break;
			case "cli":
				options.command = next();
				break;
		}
	}
	return options;
}

/**
 * The absolute path in a `file:` URL, as Prisma writes them (relative ones are relative to the working folder).
 * @param {string | undefined} url
 */
export function sqliteFile(url) {
	if (url === undefined || url === "") return ":memory:";
	const match = /^(?:file|sqlite):(?:\/\/(?=\/))?([^?]+)/.exec(url);
	if (!match) throw new Error(`This schema engine speaks to SQLite only (a file: address), not to ${url.split(":")[0]}:`);
	return resolve(match[1] ?? "");
}
