import { describe, expect, it } from "vitest";
import type { Case } from "./case.ts";
import { allCases, commandOf, type Reference, sample } from "./cases.ts";
import { type Family, faultName } from "./fault.ts";
import { FAULTS } from "./faults.ts";
import { momentName } from "./moments.ts";
import { runCase } from "./simulated/run-case.ts";

// A sample of `npm run faults`: every fault once but for those that compute for long, at boundaries that differ from fault to fault.
const SEED = 20;
const FAMILIES: Family[] = ["console", "network", "node", "cluster", "person"];
const both = (...steps: string[]) => steps.flatMap((step) => [{ step, edge: "begin" } as const, { step, edge: "end" } as const]);
const FORWARD = both(
	"snapshot",
	"carry-images",
	"cordon",
	"evict",
	"arm-revert",
	"stop-docker",
	"start-containerd",
	"verify-node",
	"commit",
	"uncordon",
);
const REFERENCES: Reference[] = [
	{ scenario: "migrate", shape: "bookworm", moments: FORWARD },
	{ scenario: "migrate", shape: "control-plane", moments: FORWARD },
	{ scenario: "migrate-going-back", shape: "bookworm", moments: both("revert:restore-files", "revert:start-docker") },
	{ scenario: "migrate-cleaning", shape: "bookworm", moments: both("revert:remove-images") },
];

/** What the full run found, and what was mended since. */
const ONCE_BROKEN: Case[] = [
	{
		seed: 2431460229,
		fault: "cluster/node-deleted",
		scenario: "migrate-booting-back",
		shape: "cri-dockerd",
		moment: { step: "revert:restore-files", edge: "end" },
	},
	// The rest after the commit was tried again and again, and its migration never ended.
	{
		seed: 1,
		fault: "cluster/webhook-denies-for-ever",
		scenario: "migrate",
		shape: "bookworm",
		moment: { step: "commit", edge: "end" },
	},
	// What no limit of a step ends: a command that hangs in the way back itself.
	{
		seed: 1,
		fault: "node/hangs",
		scenario: "rollback-going-back",
		shape: "bookworm",
		moment: { step: "revert:end-containers", edge: "end" },
	},
	// The boot's way back starts nothing: what does not start after it has to be seen.
	{
		seed: 1524122024,
		fault: "node/containerd-does-not-start",
		scenario: "migrate-booting-back",
		shape: "control-plane",
		moment: { step: "revert:restore-files", edge: "begin" },
	},
	{
		seed: 248224088,
		fault: "node/cri-dead",
		scenario: "rollback-booting-back",
		shape: "cri-dockerd",
		moment: { step: "revert:release-addresses", edge: "end" },
	},
	// Looked at between the final state and the script's last line.
	{
		seed: 2419681721,
		fault: "network/sshd-restarted",
		scenario: "migrate-cleaning",
		shape: "control-plane",
		moment: { step: "revert:restore-files", edge: "end" },
	},
];

describe.each(REFERENCES)("$scenario on $shape", ({ scenario, shape, moments }) => {
	it("passes these boundaries where nothing goes wrong, and keeps the promise", async () => {
		const { judgement, passed } = await runCase({ seed: SEED, fault: "none", scenario, shape, moment: { step: "", edge: "begin" } }, null);
		expect(judgement.broken).toEqual([]);
		expect(judgement.ending).toBe(scenario === "migrate" ? "well" : "reverted");
		expect(passed.map(momentName)).toEqual(expect.arrayContaining(moments.map(momentName)));
	});
});

it.each(FAMILIES)("keeps the promise whatever the %s does", { timeout: 600_000 }, async (family) => {
	const faults = FAULTS.filter((fault) => fault.family === family && !fault.slow);
	const cases = sample(allCases(SEED, faults, REFERENCES), SEED, faults.length);
	expect(cases).toHaveLength(faults.length);
	for (const given of cases) {
		const fault = faults.find((each) => faultName(each) === given.fault)!;
		const { reached, judgement } = await runCase(given, fault);
		const { broken, linesLost, linesDoubled } = judgement;
		expect({ reached, broken, linesLost, linesDoubled }, `seed ${SEED}: ${commandOf(SEED, given)}`).toEqual({
			reached: true,
			broken: [],
			linesLost: 0,
			linesDoubled: 0,
		});
	}
});

it.each(ONCE_BROKEN)("keeps what it once broke: $fault, $scenario", async (given) => {
	const fault = FAULTS.find((each) => faultName(each) === given.fault)!;
	const { reached, judgement } = await runCase(given, fault);
	expect({ reached, broken: judgement.broken }).toEqual({ reached: true, broken: [] });
});
