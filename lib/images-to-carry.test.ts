import { expect, it } from "vitest";
import { imagesToCarry } from "./images-to-carry.ts";

it("counts what containerd does not have, and says about how long it takes", () => {
	const image = (name: string, sizeBytes: number, present?: boolean) => ({ name, id: "", sizeBytes, ...(present ? { present } : {}) });
	expect(imagesToCarry([image("a", 420_000_000), image("b", 1), image("c", 9_000_000_000, true)])).toEqual({
		count: 2,
		bytes: 420_000_001,
		aboutMs: 11_000,
	});
	expect(imagesToCarry([])).toEqual({ count: 0, bytes: 0, aboutMs: 0 });
});
