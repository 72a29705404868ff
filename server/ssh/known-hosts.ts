import { createHmac } from "node:crypto";
import type { AcceptedHostKey } from "./session.ts";

export interface KnownHostEntry {
	/** 1-based, for messages. */
	line: number;
	marker?: "revoked" | "cert-authority";
	/** Patterns as written, or the salt and hash of a hashed name. */
	hosts: { patterns: readonly string[] } | { salt: Buffer; hash: Buffer };
	algorithm: string;
	keyBase64: string;
}

export type KnownHostsVerdict = "match" | "mismatch" | "revoked" | "unknown";

/**
 * Reads a `known_hosts` file as sshd(8) describes it: hashed names, `[host]:port`, patterns, the markers `@revoked` and
 * `@cert-authority`, comments. Lines that it does not understand are left out, as OpenSSH does.
 */
export function parseKnownHosts(text: string): KnownHostEntry[] {
	return text.split(/\r?\n/).flatMap((line, index) => parseLine(line, index + 1) ?? []);
}

function parseLine(text: string, line: number): KnownHostEntry | undefined {
	const fields = text.trim().split(/[ \t]+/);
	let marker: KnownHostEntry["marker"];
	if (fields[0]?.startsWith("@")) {
		const name = fields.shift();
		if (name === "@revoked") marker = "revoked";
		else if (name === "@cert-authority") marker = "cert-authority";
		else return undefined;
	}
	const [names, algorithm, keyBase64] = fields;
	if (!names || names.startsWith("#") || !algorithm || !keyBase64) return undefined;
	const key = Buffer.from(keyBase64, "base64");
	// The key names its own type; where the two differ, the line is damaged.
	if (key.length < 4 + algorithm.length || key.toString("latin1", 4, 4 + key.readUInt32BE(0)) !== algorithm) return undefined;
	const hosts = names.startsWith("|") ? hashedName(names) : { patterns: names.split(",").filter((one) => one !== "") };
	return hosts && { line, marker, hosts, algorithm, keyBase64: key.toString("base64") };
}

/** `|1|salt|hash`: HMAC-SHA1 of the name under the salt. */
function hashedName(text: string): { salt: Buffer; hash: Buffer } | undefined {
	const [, version, salt, hash] = text.split("|");
	return version === "1" && salt && hash ? { salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") } : undefined;
}

/**
 * What the entries say about a key that a host showed. `revoked` wins over everything; `mismatch` means that this host is known
 * with another key of the same type. Keys of certificate authorities say nothing about a plain key.
 */
export function matchKnownHosts(entries: readonly KnownHostEntry[], host: string, port: number, key: AcceptedHostKey): KnownHostsVerdict {
	const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
	const wanted = Buffer.from(key.keyBase64, "base64");
	const own = entries.filter((entry) => entry.marker !== "cert-authority" && entry.algorithm === key.algorithm && namesHost(entry, name));
	const same = own.filter((entry) => Buffer.from(entry.keyBase64, "base64").equals(wanted));
	if (same.some((entry) => entry.marker === "revoked")) return "revoked";
	if (same.length > 0) return "match";
	return own.some((entry) => entry.marker === undefined) ? "mismatch" : "unknown";
}

function namesHost({ hosts }: KnownHostEntry, name: string): boolean {
	if ("salt" in hosts) return createHmac("sha1", hosts.salt).update(name).digest().equals(hosts.hash);
	const matching = hosts.patterns.filter((pattern) => globMatches(pattern.replace(/^!/, "").toLowerCase(), name));
	// One negated pattern that fits takes the whole line out.
	return matching.length > 0 && !matching.some((pattern) => pattern.startsWith("!"));
}

/** `*` and `?` as in OpenSSH's match_pattern. Two pointers, so that no pattern takes exponential time. */
function globMatches(pattern: string, text: string): boolean {
	let p = 0;
	let star = -1;
	let mark = 0;
	for (let t = 0; t < text.length; ) {
		if (pattern[p] === "*") {
			star = p++;
			mark = t;
		} else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
			p++;
			t++;
		} else if (star >= 0) {
			p = star + 1;
			t = ++mark;
		} else return false;
	}
	return pattern.slice(p).replaceAll("*", "") === "";
}
