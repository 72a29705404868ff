import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchKnownHosts, parseKnownHosts } from "./known-hosts.ts";
import { keyPair } from "./testing/keys.ts";

const a = keyPair("ed25519");
const b = keyPair("ed25519");
const rsa = keyPair("rsa");
const line = (hosts: string, key = a, marker = "") => `${marker}${hosts} ${key.algorithm} ${key.keyBase64} comment here`;
const verdict = (text: string, host: string, port = 22, key = a) => matchKnownHosts(parseKnownHosts(text), host, port, key);

function hashed(name: string): string {
	const salt = Buffer.from("0123456789abcdefghij");
	return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

describe("parseKnownHosts", () => {
	it("reads names, markers, comments and Windows line ends, and keeps line numbers", () => {
		const text = [
			"# comment",
			"",
			line("node1,10.0.0.1"),
			line("node2", b, "@revoked "),
			"@unknown x y z",
			"  # indented",
			line("\tnode3", rsa),
		].join("\r\n");
		expect(parseKnownHosts(text).map(({ line, marker, algorithm }) => ({ line, marker, algorithm }))).toEqual([
			{ line: 3, marker: undefined, algorithm: "ssh-ed25519" },
			{ line: 4, marker: "revoked", algorithm: "ssh-ed25519" },
			{ line: 7, marker: undefined, algorithm: "ssh-rsa" },
		]);
	});

	it("leaves out damaged lines", () => {
		expect(
			parseKnownHosts(["node1 ssh-ed25519", `node1 ssh-rsa ${a.keyBase64}`, "node1 ssh-ed25519 AAAA", "|2|x|y ssh-ed25519 z"].join("\n")),
		).toEqual([]);
	});

	it("survives any text", () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				expect(Array.isArray(parseKnownHosts(text))).toBe(true);
			}),
		);
	});
});

describe("matchKnownHosts", () => {
	it("matches a name, whatever its case, and no other", () => {
		expect(verdict(line("Node1,10.0.0.1"), "node1")).toBe("match");
		expect(verdict(line("node1"), "NODE1")).toBe("match");
		expect(verdict(line("node1"), "node11")).toBe("unknown");
	});

	it("tells ports apart", () => {
		expect(verdict(line("[node1]:2222"), "node1", 2222)).toBe("match");
		expect(verdict(line("[node1]:2222"), "node1")).toBe("unknown");
		expect(verdict(line("node1"), "node1", 2222)).toBe("unknown");
	});

	it("matches hashed names, with and without a port", () => {
		expect(verdict(line(hashed("node1")), "node1")).toBe("match");
		expect(verdict(line(hashed("[node1]:2222")), "node1", 2222)).toBe("match");
		expect(verdict(line(hashed("node1")), "node2")).toBe("unknown");
	});

	it("knows patterns and their negation", () => {
		expect(verdict(line("*.example.org"), "n1.example.org")).toBe("match");
		expect(verdict(line("*.example.org,!bad.example.org"), "bad.example.org")).toBe("unknown");
		expect(verdict(line("node?"), "node7")).toBe("match");
		expect(verdict(line("node?"), "node")).toBe("unknown");
		expect(verdict(line("a*b*c"), "aXbYbZc")).toBe("match");
	});

	it("calls another key of the same type a mismatch, and one of another type unknown", () => {
		expect(verdict(line("node1", b), "node1")).toBe("mismatch");
		expect(verdict(line("node1", rsa), "node1")).toBe("unknown");
		expect(verdict([line("node1", b), line("node1", a)].join("\n"), "node1")).toBe("match");
	});

	it("puts a revocation above a match", () => {
		expect(verdict([line("node1", a), line("*", a, "@revoked ")].join("\n"), "node1")).toBe("revoked");
		expect(verdict(line("*", b, "@revoked "), "node1")).toBe("unknown");
	});

	it("takes an authority's key for nothing but that", () => {
		expect(verdict(line("node1", a, "@cert-authority "), "node1")).toBe("unknown");
		expect(verdict(line("node1", b, "@cert-authority "), "node1")).toBe("unknown");
	});
});
