import { hkdfSync, randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The key that seals credentials cannot be used; `message` says which and why. */
export class SecretKeyError extends Error {
	constructor(message: string) {
		super(message);
		this.name = "SecretKeyError";
	}
}

const KEY_BYTES = 32;

/**
 * The key that seals what is secret in the database: the given one (base64), or the one in the data folder, made at the first
 * start and readable by its owner alone. Whoever calls it holds the folder's lock. Throws SecretKeyError.
 */
export function secretKey(folder: string, given: string | undefined): Buffer {
	if (given !== undefined) return Buffer.from(given, "base64");
	const file = join(folder, "secret.key");
	try {
		const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64");
		if (key.length !== KEY_BYTES) throw new SecretKeyError(`${file} does not hold ${KEY_BYTES} bytes in base64.`);
		chmodSync(file, 0o600);
		return key;
	} catch (error) {
		if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
	}
	const key = randomBytes(KEY_BYTES);
	writeFileSync(file, `${key.toString("base64")}\n`, { mode: 0o600, flag: "wx" });
	return key;
}

/** What signs sessions: follows from the key, so that there is one secret to keep, and does not give it away. */
export function sessionSecret(key: Buffer): string {
	return Buffer.from(hkdfSync("sha256", key, "", "gantry session cookies", 32)).toString("base64");
}
