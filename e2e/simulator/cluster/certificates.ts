import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** PEM of a certificate and of its private key. */
export interface Certificate {
	certificate: string;
	key: string;
}

// Only so much of DER as two certificates take: a demo must not depend on openssl being installed.
const tagged = (tag: number, ...parts: Buffer[]): Buffer => {
	const body = Buffer.concat(parts);
	const { length } = body;
	const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
	return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts);
const oid = (...bytes: number[]) => tagged(0x06, Buffer.from(bytes));
const integer = (bytes: Buffer) => tagged(0x02, bytes);
const octets = (bytes: Buffer) => tagged(0x04, bytes);
const bits = (bytes: Buffer) => tagged(0x03, Buffer.from([0]), bytes);
const time = (ms: number) => tagged(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, "").slice(0, 14)}Z`));
const TRUE = tagged(0x01, Buffer.from([255]));

const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const DAY_MS = 86_400_000;

function named(commonName: string): Buffer {
	return sequence(tagged(0x31, sequence(oid(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(commonName)))));
}

function issue(subject: string, publicKey: KeyObject, issuer: { name: string; key: KeyObject }, extensions: Buffer[]): string {
	const now = Date.now();
	const serial = randomBytes(8);
	serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
	const body = sequence(
		tagged(0xa0, integer(Buffer.from([2]))),
		integer(serial),
		ECDSA_SHA256,
		named(issuer.name),
		sequence(time(now - DAY_MS), time(now + 365 * DAY_MS)),
		named(subject),
		publicKey.export({ type: "spki", format: "der" }),
		tagged(0xa3, sequence(...extensions)),
	);
	const der = sequence(body, ECDSA_SHA256, bits(sign("sha256", body, issuer.key)));
	const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
	return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const pem = (key: KeyObject) => String(key.export({ type: "pkcs8", format: "pem" }));
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);

/** A certificate authority of its own and a server's certificate under it, for the names and addresses given. Good for a year. */
export function newServerCertificate(authorityName: string, names: readonly string[]): { authority: string; server: Certificate } {
	const curve = { namedCurve: "prime256v1" };
	const authority = generateKeyPairSync("ec", curve);
	const server = generateKeyPairSync("ec", curve);
	const issuer = { name: authorityName, key: authority.privateKey };
	const alternatives = names.map((name) =>
		isIPv4(name) ? tagged(0x87, Buffer.from(name.split(".").map(Number))) : tagged(0x82, Buffer.from(name)),
	);
	return {
		authority: issue(authorityName, authority.publicKey, issuer, [
			sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE))),
			// keyCertSign
			sequence(oid(0x55, 0x1d, 0x0f), TRUE, octets(tagged(0x03, Buffer.from([2, 0x04])))),
		]),
		server: {
			certificate: issue("kube-apiserver", server.publicKey, issuer, [
				sequence(BASIC_CONSTRAINTS, octets(sequence())),
				sequence(oid(0x55, 0x1d, 0x11), octets(sequence(...alternatives))),
			]),
			key: pem(server.privateKey),
		},
	};
}
