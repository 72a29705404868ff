import { expect, it } from "vitest";
import { faultName } from "./fault.ts";
import { FAULTS } from "./faults.ts";
import { runCase } from "./simulated/run-case.ts";

it("keeps the promise where the console is killed", async () => {
	const killed = FAULTS.find((fault) => faultName(fault) === "console/killed")!;
	for (const [seed, step] of ["evict", "start-containerd", "commit"].entries()) {
		const moment = { step, edge: "end" } as const;
		const result = await runCase({ seed, fault: faultName(killed), scenario: "migrate", shape: "bookworm", moment }, killed);
		expect(result).toMatchObject({ reached: true, judgement: { broken: [], linesLost: 0, linesDoubled: 0 } });
	}
});
