import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder whose `include/node` holds the headers of this very Node, where it was installed with them. node-gyp then
 * downloads none, and a `nodedir` that somebody's npm has set for another Node does no harm.
 * @param {string} execPath
 * @param {string} version such as "v24.18.0"
 * @returns {string | undefined}
 */
export function nodeHeaders(execPath = process.execPath, version = process.version) {
	const prefix = dirname(dirname(realpathSync(execPath)));
	return headersVersion(prefix) === version ? prefix : undefined;
}

/** @type {(folder: string) => string | undefined} */
function headersVersion(folder) {
	let text;
	try {
		text = readFileSync(join(folder, "include/node/node_version.h"), "utf8");
	} catch {
		return undefined;
	}
	const part = (/** @type {string} */ name) => new RegExp(`^#define NODE_${name}_VERSION (\\d+)$`, "m").exec(text)?.[1];
	return `v${part("MAJOR")}.${part("MINOR")}.${part("PATCH")}`;
}
