import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Seal, SealError } from "./seal.ts";

const seal = new Seal(randomBytes(32));

describe("Seal", () => {
	it("opens what it sealed, whatever the text", () => {
		fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => seal.open(seal.seal(text, "a"), "a") === Buffer.from(text).toString()));
	});

	it("never seals twice alike and never shows the text", () => {
		const first = seal.seal("S3cretPassword", "a");
		expect(seal.seal("S3cretPassword", "a")).not.toBe(first);
		expect(first).not.toContain("S3cret");
	});

	it("does not open in another place, with another key or when a bit was changed", () => {
		const sealed = seal.seal("secret", "credential:1");
		expect(() => seal.open(sealed, "credential:2")).toThrow(SealError);
		expect(() => new Seal(randomBytes(32)).open(sealed, "credential:1")).toThrow(expect.objectContaining({ reason: "key" }));
		const parts = sealed.split(".");
		const text = Buffer.from(parts[4] ?? "", "base64url");
		text[0] = (text[0] ?? 0) ^ 1;
		parts[4] = text.toString("base64url");
		expect(() => seal.open(parts.join("."), "credential:1")).toThrow(expect.objectContaining({ reason: "damaged" }));
	});

	it("refuses a key of another length and a text of another form", () => {
		expect(() => new Seal(randomBytes(16))).toThrow(RangeError);
		expect(() => seal.open("plain text", "a")).toThrow(SealError);
	});
});
