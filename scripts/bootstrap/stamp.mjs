import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/**
 * One SHA-256 over named parts. Names and lengths are hashed too, so that content cannot move between parts unseen.
 * @param {Record<string, string | Buffer>} parts
 */
export function fingerprint(parts) {
	const hash = createHash("sha256");
	for (const [name, content] of Object.entries(parts)) {
		hash.update(`${name}\0${Buffer.byteLength(content)}\0`).update(content);
	}
	return hash.digest("hex");
}

/**
 * Whether the stamp file holds this fingerprint. Content, not times: a checkout or a restored cache has any times.
 * @param {string} file
 * @param {string} value
 */
export function isStamped(file, value) {
	try {
		return readFileSync(file, "utf8").trim() === value;
	} catch {
		return false;
	}
}

/** @type {(file: string, value: string) => void} */
export function stamp(file, value) {
	writeFileSync(file, `${value}\n`);
}
