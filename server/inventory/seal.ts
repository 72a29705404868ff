import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** A sealed text cannot be opened: another key, or its bytes were changed. */
export class SealError extends Error {
	readonly code = "inventory.cannot-unseal";
	constructor(readonly reason: "key" | "damaged") {
		super(`a stored secret cannot be opened: ${reason}`);
		this.name = "SealError";
	}
}

/**
 * Seals secrets for the database: AES-256-GCM, a fresh nonce each, and the place they are kept in as associated data, so that a
 * sealed text copied to another row does not open there. Format: `g1.<key id>.<nonce>.<tag>.<text>`, base64url.
 */
export class Seal {
	readonly #key: Buffer;
	readonly keyId: string;

	/** `key`: 32 bytes. Throws RangeError for another length. */
	constructor(key: Buffer) {
		if (key.length !== 32) throw new RangeError("a sealing key has 32 bytes");
		this.#key = key;
		this.keyId = createHash("sha256").update(key).digest("hex").slice(0, 8);
	}

	seal(text: string, place: string): string {
		const nonce = randomBytes(12);
		const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
		cipher.setAAD(Buffer.from(place));
		const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
		return ["g1", this.keyId, ...[nonce, cipher.getAuthTag(), sealed].map((bytes) => bytes.toString("base64url"))].join(".");
	}

	/** Throws SealError. */
	open(sealed: string, place: string): string {
		const [version, keyId, nonce, tag, text, more] = sealed.split(".");
		if (version !== "g1" || !nonce || !tag || text === undefined || more !== undefined) throw new SealError("damaged");
		if (keyId !== this.keyId) throw new SealError("key");
		try {
			const decipher = createDecipheriv("aes-256-gcm", this.#key, Buffer.from(nonce, "base64url"));
			decipher.setAAD(Buffer.from(place));
			decipher.setAuthTag(Buffer.from(tag, "base64url"));
			return Buffer.concat([decipher.update(Buffer.from(text, "base64url")), decipher.final()]).toString("utf8");
		} catch {
			throw new SealError("damaged");
		}
	}
}
