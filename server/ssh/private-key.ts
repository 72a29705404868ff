import { createPrivateKey, type KeyObject } from "node:crypto";
import ssh2, { type ParsedKey } from "ssh2";
import { SshError, type SshErrorCode, type SshErrorPlace } from "./errors.ts";

/**
 * Reads a private key: OpenSSH's own format, PEM (PKCS#1, SEC1, PKCS#8) and PuTTY's, with a passphrase where it has one.
 * Throws SshError `authentication.key-unreadable`, `.key-needs-passphrase` or `.wrong-passphrase`.
 */
export function loadPrivateKey(text: string, passphrase: string | undefined, place: SshErrorPlace): ParsedKey {
	// Pasted keys come with Windows line ends, blank lines around and no newline at their end.
	const pem = `${text.replaceAll("\r\n", "\n").trim()}\n`;
	// An empty field in a form means none.
	const secret = passphrase || undefined;
	const parsed = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(pem) ? parsePkcs8(pem, secret) : parse(pem, secret);
	if (parsed instanceof Error) throw new SshError(keyErrorCode(pem, secret, parsed.message), place);
	// A public key pasted into the field for the private one parses, too.
	if (!parsed.isPrivateKey()) throw new SshError("authentication.key-unreadable", place);
	return parsed;
}

function keyErrorCode(pem: string, passphrase: string | undefined, message: string): SshErrorCode {
	if (/no passphrase|passphrase required/i.test(message)) return "authentication.key-needs-passphrase";
	// A wrong passphrase decrypts to noise, which fails in whatever way the noise happens to.
	const encrypted = pem.includes("ENCRYPTED") || /integrity|passphrase/i.test(message);
	return passphrase && encrypted && !/support/i.test(message) ? "authentication.wrong-passphrase" : "authentication.key-unreadable";
}

function parse(pem: string, passphrase: string | undefined): ParsedKey | Error {
	try {
		// Its types promise one key; for OpenSSH's format it returns a list, which holds one.
		const parsed: unknown = ssh2.utils.parseKey(pem, passphrase);
		return (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | Error;
	} catch (error) {
		return error instanceof Error ? error : new Error("unreadable");
	}
}

/** ssh2 does not know PKCS#8, which newer openssl writes: turned into a format that it does. */
function parsePkcs8(pem: string, passphrase: string | undefined): ParsedKey | Error {
	if (pem.includes("BEGIN ENCRYPTED") && !passphrase) return new Error("no passphrase");
	let key: KeyObject;
	try {
		key = createPrivateKey({ key: pem, passphrase });
	} catch (error) {
		// Of some 256 wrong passphrases one decrypts to noise that seems whole: OpenSSL then says that it knows no such key.
		if (passphrase && opensslCode(error) === UNKNOWN_FORMAT && asksForPassphrase(pem)) return new Error("wrong passphrase");
		return error instanceof Error ? error : new Error("unreadable");
	}
	if (key.asymmetricKeyType === "rsa") return parse(key.export({ type: "pkcs1", format: "pem" }).toString(), undefined);
	if (key.asymmetricKeyType === "ec") return parse(key.export({ type: "sec1", format: "pem" }).toString(), undefined);
	if (key.asymmetricKeyType === "ed25519") return parse(opensshEd25519(key), undefined);
	return new Error("unsupported key type");
}

const UNKNOWN_FORMAT = "ERR_OSSL_UNSUPPORTED";

function opensslCode(error: unknown): string | undefined {
	return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** Whether the key is encrypted and its wrapping is in order. */
function asksForPassphrase(pem: string): boolean {
	try {
		createPrivateKey(pem);
		return false;
	} catch (error) {
		return opensslCode(error) !== UNKNOWN_FORMAT;
	}
}

/** An unencrypted `openssh-key-v1` file: PROTOCOL.key of OpenSSH. */
function opensshEd25519(key: KeyObject): string {
	const jwk = key.export({ format: "jwk" });
	const seed = Buffer.from(jwk.d ?? "", "base64url");
	const point = Buffer.from(jwk.x ?? "", "base64url");
	const string = (value: Buffer | string) => {
		const bytes = Buffer.from(value);
		const length = Buffer.alloc(4);
		length.writeUInt32BE(bytes.length);
		return Buffer.concat([length, bytes]);
	};
	const publicKey = Buffer.concat([string("ssh-ed25519"), string(point)]);
	const secret = Buffer.concat([Buffer.alloc(8), publicKey, string(Buffer.concat([seed, point])), string("")]);
	const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
	const file = Buffer.concat([
		Buffer.from("openssh-key-v1\0"),
		string("none"),
		string("none"),
		string(""),
		Buffer.from([0, 0, 0, 1]),
		string(publicKey),
		string(Buffer.concat([secret, padding])),
	]);
	const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
	return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
