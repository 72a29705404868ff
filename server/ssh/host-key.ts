import { createHash } from "node:crypto";
import type { ServerHostKeyAlgorithm } from "ssh2";
import type { PresentedHostKey } from "./errors.ts";
import type { AcceptedHostKey } from "./session.ts";

/** The signature algorithms that a server with this type of key can answer to, best first. `ssh-rsa` is left for OpenSSH before 7.2. */
export const SIGNATURES: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
	"ssh-ed25519": ["ssh-ed25519"],
	"ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
	"ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
	"ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
	"ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
};

const ALL_SIGNATURES = Object.values(SIGNATURES).flat();

/** SHA-256 of the wire form, written as OpenSSH does. */
export function fingerprint(key: Buffer): string {
	return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** The key's type, which is the first string of its wire form. Throws RangeError when it is not one. */
export function keyAlgorithm(key: Buffer): string {
	const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
	if (length === 0 || length > 64 || key.length < 4 + length) throw new RangeError("not a public key in SSH wire form");
	return key.toString("latin1", 4, 4 + length);
}

/** A key as read from the wire. */
export function presentedKey(key: Buffer): PresentedHostKey {
	return { algorithm: keyAlgorithm(key), keyBase64: key.toString("base64"), sha256: fingerprint(key) };
}

/** An accepted key with its fingerprint, for a message. */
export function describeAccepted(accepted: AcceptedHostKey): PresentedHostKey {
	return { ...accepted, sha256: fingerprint(Buffer.from(accepted.keyBase64, "base64")) };
}

/**
 * What to offer a server: the types that a person accepted first, so that one with several keys answers with a known one
 * instead of looking changed. Without accepted keys, everything that is still considered safe, and `ssh-rsa` last.
 */
export function hostKeyOffer(accepted: readonly AcceptedHostKey[]): ServerHostKeyAlgorithm[] {
	const preferred = accepted.flatMap((key) => SIGNATURES[key.algorithm] ?? []);
	return [...new Set([...preferred, ...ALL_SIGNATURES])];
}

export type HostKeyVerdict = "accepted" | "unknown" | "changed";

/** Whether this key may be talked to. Compared byte for byte; a type never seen, where others were accepted, counts as changed. */
export function judgeHostKey(key: Buffer, accepted: readonly AcceptedHostKey[]): HostKeyVerdict {
	if (accepted.some((one) => Buffer.from(one.keyBase64, "base64").equals(key))) return "accepted";
	return accepted.length === 0 ? "unknown" : "changed";
}
