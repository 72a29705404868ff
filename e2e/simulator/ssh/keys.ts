import ssh2 from "ssh2";

export interface KeyPair {
	/** OpenSSH's format. */
	privateKey: string;
	algorithm: string;
	keyBase64: string;
}

/** A fresh ed25519 pair. */
export function newKeyPair(comment: string): KeyPair {
	const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment });
	// One in 200 of ssh2 1.17's keys lacks a leading zero byte, and nobody can read it.
	if (ssh2.utils.parseKey(pair.private) instanceof Error) return newKeyPair(comment);
	const [algorithm = "", keyBase64 = ""] = pair.public.split(" ");
	return { privateKey: pair.private, algorithm, keyBase64 };
}
