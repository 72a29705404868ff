import fc from "fast-check";
import { expect, it } from "vitest";
import { bytesOfBase64, textOfBase64 } from "./base64.ts";

it("gives back any bytes", () => {
	fc.assert(
		fc.property(fc.uint8Array(), (bytes) => {
			expect(bytesOfBase64(Buffer.from(bytes).toString("base64"))).toEqual(new Uint8Array(bytes));
		}),
	);
});

it("gives text only where it is text", () => {
	expect(textOfBase64(Buffer.from("\uFEFFa = 1 # 节点\r\n").toString("base64"))).toBe("\uFEFFa = 1 # 节点\r\n");
	expect(textOfBase64(Buffer.from([0xff, 0xfe]).toString("base64"))).toBeNull();
	expect(textOfBase64(Buffer.from("ELF\0").toString("base64"))).toBeNull();
});
