import ssh2 from "ssh2";

export interface TestKey {
	privateKey: string;
	algorithm: string;
	keyBase64: string;
	/** The public half in wire form. */
	wire: Buffer;
}

/** A fresh key pair in OpenSSH's format, under a passphrase where one is given. */
export function keyPair(type: "ed25519" | "rsa" | "ecdsa" = "ed25519", passphrase?: string): TestKey {
	const size = { ed25519: {}, rsa: { bits: 2048 }, ecdsa: { bits: 256 as const } }[type];
	const lock = passphrase === undefined ? {} : { passphrase, cipher: "aes256-ctr", rounds: 4 };
	const pair = ssh2.utils.generateKeyPairSync(type as "rsa", { ...size, ...lock } as { bits: number });
	// One in 200 of ssh2 1.17's ed25519 keys lacks a leading zero byte, and nobody can read it, ssh-keygen neither.
	if (ssh2.utils.parseKey(pair.private, passphrase) instanceof Error) return keyPair(type, passphrase);
	const [algorithm = "", keyBase64 = ""] = pair.public.split(" ");
	return { privateKey: pair.private, algorithm, keyBase64, wire: Buffer.from(keyBase64, "base64") };
}
