import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evidence, redact } from "./redact.ts";

describe("redact", () => {
	it("takes out every occurrence, longer secrets first", () => {
		expect(redact("pw=abc pw2=abcdef abc", ["abc", "abcdef"])).toBe("pw=[secret] pw2=[secret] [secret]");
	});

	it("ignores empty secrets", () => {
		expect(redact("text", ["", ""])).toBe("text");
	});

	it("leaves no secret behind, wherever it stands", () => {
		const secret = fc.string({ minLength: 4 }).filter((one) => !"[secret]".includes(one) && !one.includes("secret"));
		fc.assert(
			fc.property(secret, fc.string(), fc.string(), (one, before, after) => {
				expect(redact(`${before}${one}${after}`, [one]).includes(one)).toBe(false);
			}),
		);
	});
});

describe("evidence", () => {
	it("is at most 200 bytes, without control characters", () => {
		const text = evidence(`\u001b[31mBanner\u0000${"x".repeat(500)}`, []);
		expect(Buffer.byteLength(text)).toBeLessThanOrEqual(210);
		expect(text).not.toMatch(/\p{Cc}/u);
		expect(text).toContain("Banner");
	});

	it("redacts before it cuts, so that no half of a secret stays", () => {
		expect(evidence(`${"x".repeat(195)}topsecret-password`, ["topsecret-password"])).not.toContain("tops");
	});
});
