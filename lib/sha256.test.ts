import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Sha256 } from "./sha256.ts";

it("agrees with the platform's, however the bytes are cut", () => {
	fc.assert(
		fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
			const ours = new Sha256();
			const theirs = createHash("sha256");
			for (const piece of pieces) {
				ours.update(piece);
				theirs.update(piece);
				expect(ours.hex()).toBe(theirs.copy().digest("hex"));
			}
		}),
	);
});

it("hashes a long text", () => {
	const bytes = Buffer.alloc(1_000_003, "gantry ");
	expect(new Sha256().update(bytes).hex()).toBe(createHash("sha256").update(bytes).digest("hex"));
});
