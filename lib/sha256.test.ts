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

it("goes on from its midstate with the bytes after it, whatever the platform had before", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 500 }), fc.uint8Array({ maxLength: 200 }), (one, other) => {
			const all = Buffer.concat([one, other]);
			const midstate = new Sha256().update(one).midstate();
			expect(midstate.length).toBe(one.length - (one.length % 64));
			const ours = Sha256.from(midstate).update(all.subarray(midstate.length));
			expect(ours.hex()).toBe(createHash("sha256").update(all).digest("hex"));
		}),
	);
});
