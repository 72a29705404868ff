import fc from "fast-check";
import { expect, it } from "vitest";
import type { LogCut } from "../../lib/contracts/run.ts";
import { cutFor } from "./limit.ts";

it("keeps a log within its limit: its beginning, and of the newest what else has room", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 200 }),
			fc.integer({ min: 400, max: 2_000 }),
			async (sizes, limit) => {
				let chunks: { offset: number; firstLine: number; size: number }[] = [];
				let cut: LogCut | null = null;
				let total = 0;
				for (const [index, size] of sizes.entries()) {
					chunks.push({ offset: total, firstLine: index + 1, size });
					total += size;
					const more: LogCut | null = await cutFor(total, cut, limit, async (from) => chunks.find(({ offset }) => offset >= from) ?? null);
					if (more) {
						expect(more.toBytes).toBeGreaterThan(cut?.toBytes ?? more.fromBytes);
						if (cut) expect(more).toMatchObject({ fromBytes: cut.fromBytes, fromLine: cut.fromLine });
						cut = more;
					}
					const { fromBytes, toBytes } = cut ?? { fromBytes: 0, toBytes: 0 };
					chunks = chunks.filter(({ offset }) => offset < fromBytes || offset >= toBytes);
					const kept = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
					expect(kept).toBe(total - (toBytes - fromBytes));
					expect(kept).toBeLessThanOrEqual(limit);
					expect(chunks.at(-1)?.offset).toBe(total - size);
					if (!cut) continue;
					// No more than one chunk too many on either side.
					expect(kept).toBeGreaterThan(limit - 64);
					expect(fromBytes).toBeGreaterThanOrEqual(limit / 4);
					expect(fromBytes).toBeLessThan(limit / 4 + 64);
					expect(chunks.find(({ offset }) => offset === cut?.toBytes)?.firstLine).toBe(cut.toLine);
				}
			},
		),
	);
});

it("leaves a log alone that fits, and any where there is no limit", async () => {
	const never = () => Promise.reject(new Error("not to be asked"));
	expect(await cutFor(100, null, 100, never)).toBeNull();
	expect(await cutFor(1_000_000, null, 0, never)).toBeNull();
	expect(await cutFor(150, { fromBytes: 25, toBytes: 75, fromLine: 1, toLine: 2 }, 100, never)).toBeNull();
});
