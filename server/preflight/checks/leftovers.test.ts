import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { harness } from "../fixtures/harness.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { codes, find, findings } = harness(recorded);

describe("what an earlier run left (rule 21)", () => {
	const left = (run: { id: string; decision: string; final: string }, lockOwner: string) => (facts: Facts) =>
		void Object.assign(facts.gantry, { runs: [run], lockOwner });

	it("keeps the node until it has come to an end, and names whose it is", () => {
		expect(find("gantry.run.unfinished", left({ id: "abcdefgh", decision: "", final: "" }, "console-a 3 abcdefgh"))?.values).toEqual({
			run: "abcdefgh",
			decision: "",
			console: "console-a",
		});
		expect(codes(left({ id: "abcdefgh", decision: "commit", final: "" }, ""), { consoleId: "console-b" })).toEqual([
			"gantry.run.unfinished",
		]);
		expect(codes(left({ id: "abcdefgh", decision: "", final: "" }, "console-a 3 abcdefgh"), { consoleId: "console-b" })).toEqual([
			"gantry.run.other-console",
		]);
		expect(
			codes(left({ id: "abcdefgh", decision: "revert", final: "reverted" }, "console-a 3 abcdefgh"), { consoleId: "console-b" }),
		).toEqual([]);
		expect(codes(left({ id: "abcdefgh", decision: "", final: "" }, ""), { ownRunId: "abcdefgh" })).toEqual([]);
	});

	it("problems 12 and 23: docker-off on a node that is on Docker would keep it down at its next boot", () => {
		expect(
			findings((facts) => {
				facts.gantry.dockerOff = true;
			}),
		).toMatchObject([{ code: "gantry.docker-off.left", severity: "block" }]);
	});
});
