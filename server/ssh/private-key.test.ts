import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SshError } from "./errors.ts";
import { loadPrivateKey } from "./private-key.ts";
import { keyPair } from "./testing/keys.ts";

const where = { label: "root@node1:22" };

function codeOf(text: string, passphrase?: string): string {
	try {
		loadPrivateKey(text, passphrase, where);
		return "read";
	} catch (error) {
		if (!(error instanceof SshError)) throw error;
		expect(JSON.stringify([error.message, error.values])).not.toContain("correct horse");
		expect(JSON.stringify([error.message, error.values])).not.toContain("PRIVATE KEY");
		return error.code;
	}
}

const pems: [string, string, string | undefined][] = [
	["RSA PKCS#1", rsaPem("pkcs1"), undefined],
	["RSA PKCS#1, encrypted", rsaPem("pkcs1", "correct horse"), "correct horse"],
	["RSA PKCS#8", rsaPem("pkcs8"), undefined],
	["RSA PKCS#8, encrypted", rsaPem("pkcs8", "correct horse"), "correct horse"],
	["EC SEC1", ecPem("sec1"), undefined],
	["EC PKCS#8", ecPem("pkcs8"), undefined],
	["ed25519 PKCS#8", generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(), undefined],
	["OpenSSH ed25519", keyPair("ed25519").privateKey, undefined],
	["OpenSSH ed25519, encrypted", keyPair("ed25519", "correct horse").privateKey, "correct horse"],
	["OpenSSH rsa", keyPair("rsa").privateKey, undefined],
	["OpenSSH ecdsa, encrypted", keyPair("ecdsa", "correct horse").privateKey, "correct horse"],
];

function rsaPem(type: "pkcs1" | "pkcs8", passphrase?: string): string {
	const lock = passphrase === undefined ? {} : { cipher: "aes-128-cbc", passphrase };
	return generateKeyPairSync("rsa", { modulusLength: 2048 })
		.privateKey.export({ type, format: "pem", ...lock })
		.toString();
}

function ecPem(type: "sec1" | "pkcs8"): string {
	return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type, format: "pem" }).toString();
}

/** How OpenSSL refuses; one wrong passphrase in some 256 passes the check of the padding. */
function opensslError(key: string, passphrase: string): unknown {
	try {
		return createPrivateKey({ key, passphrase }).type;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code;
	}
}

describe("loadPrivateKey", () => {
	it.each(pems)("reads %s and signs with it", (_name, text, passphrase) => {
		const key = loadPrivateKey(text, passphrase, where);
		const signature = key.sign(Buffer.from("x"));
		expect(key.verify(Buffer.from("x"), signature)).toBe(true);
	});

	it.each(pems)("reads %s pasted with Windows line ends and blank lines", (_name, text, passphrase) => {
		expect(codeOf(`\r\n\r\n${text.trim().replaceAll("\n", "\r\n")}`, passphrase)).toBe("read");
	});

	it.each(pems.filter(([, , passphrase]) => passphrase))("tells a missing from a wrong passphrase: %s", (_name, text) => {
		expect(codeOf(text)).toBe("authentication.key-needs-passphrase");
		expect(codeOf(text, "")).toBe("authentication.key-needs-passphrase");
		expect(codeOf(text, "correct horse ")).toBe("authentication.wrong-passphrase");
	});

	it("knows a wrong passphrase by which an encrypted key decrypts to noise that seems whole", () => {
		const lock = { cipher: "aes-128-cbc", passphrase: "correct horse" };
		const pem = generateKeyPairSync("ec", { namedCurve: "P-256" })
			.privateKey.export({ type: "pkcs8", format: "pem", ...lock })
			.toString();
		let wrong = 0;
		while (opensslError(pem, `wrong ${wrong}`) !== "ERR_OSSL_UNSUPPORTED") wrong += 1;
		expect(codeOf(pem, `wrong ${wrong}`)).toBe("authentication.wrong-passphrase");
		expect(codeOf(pem.replace(/\n.{20}/, "\n"), "correct horse")).toBe("authentication.key-unreadable");
	});

	it("takes a passphrase that the key does not need", () => {
		expect(codeOf(keyPair().privateKey, "unused")).toBe("read");
	});

	it("refuses what is not a private key", () => {
		const { algorithm, keyBase64 } = keyPair();
		for (const text of [
			"",
			"hello",
			`${algorithm} ${keyBase64}`,
			"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
		]) {
			expect(codeOf(text)).toBe("authentication.key-unreadable");
		}
	});
});
