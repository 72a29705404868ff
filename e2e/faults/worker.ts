import type { Case } from "./case.ts";
import { faultName } from "./fault.ts";
import { FAULTS } from "./faults.ts";
import { runCase } from "./simulated/run-case.ts";
import type { Outcome } from "./workers.ts";

// One of the processes that run cases: a process has one clock and runs one case at a time.
process.on("disconnect", () => process.exit(0));
process.on("message", (given: Case) => {
	const begun = process.hrtime.bigint();
	const fault = FAULTS.find((each) => faultName(each) === given.fault) ?? null;
	runCase(given, fault).then(
		({ reached, judgement, passed, lastedS }) => answer(given, { reached, judgement, passed, lastedS }, begun),
		(error: unknown) => answer(given, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, begun),
	);
});

function answer(
	given: Case,
	found: Omit<Extract<Outcome, { judgement: unknown }>, "case" | "tookMs"> | { error: string },
	begun: bigint,
): void {
	const tookMs = Number((process.hrtime.bigint() - begun) / 1_000_000n);
	process.send?.({ case: given, tookMs, ...found } satisfies Outcome);
}
