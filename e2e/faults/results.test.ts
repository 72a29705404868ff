import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { byCommit, caseKey, caseResults, type Result } from "./results.ts";

const folder = mkdtempSync(join(tmpdir(), "gantry-results-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const result = (seed: number, commit: string, broken: string[] = []): Result => ({
	commit,
	case: { seed, fault: "node/reboot", scenario: "migrate", shape: "el7", moment: { step: "commit", edge: "end" } },
	reached: true,
	judgement: { ending: "well", broken, linesLost: 0, linesDoubled: 0 },
});

it("gives the next run what kept the promise, by its case, and lets it try the rest again", () => {
	const path = join(folder, "results.jsonl");
	const file = caseResults(path);
	expect(file.kept().size).toBe(0);
	const [first, second, mended, broken] = [result(1, "a"), result(2, "a"), result(3, "b"), result(4, "b", ["two runtimes"])];
	for (const each of [first, second, result(3, "a", ["it is cutover for ever"]), mended, result(4, "a"), broken]) file.add(each);
	appendFileSync(path, '{"commit":"b","case":{"se');
	file.add(result(5, "b"));
	const kept = caseResults(path).kept();
	expect(kept).toEqual(
		new Map([
			[caseKey(first.case), first],
			[caseKey(second.case), second],
			[caseKey(mended.case), mended],
		]),
	);
	expect(byCommit([...kept.values()])).toBe("2 by a, 1 by b");
});
