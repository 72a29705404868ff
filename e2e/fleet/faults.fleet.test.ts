import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Case } from "../faults/case.ts";
import { FAULTS } from "../faults/faults.ts";
import { prepareFleet, type RealOutcome, runRealCases } from "../faults/real/real-cases.ts";
import { RebootRun } from "../faults/real/reboot-cases.ts";
import type { RebootCase, Shock } from "../faults/reboots/matrix.ts";
import { nameOf } from "../faults/reboots/table.ts";
import type { Fleet } from "./fleet.ts";
import { sharedFleet } from "./shared-fleet.ts";

// A few of the faults that `npm run faults:real` does by the sixty, one of each family at a moment where it hurts.
const folder = mkdtempSync(join(tmpdir(), "gantry-real-faults-"));
const SHAPE = "bookworm";
const of = (fault: string, scenario: Case["scenario"], step: string, edge: "begin" | "end"): Case => ({
	seed: 7,
	fault,
	scenario,
	shape: SHAPE,
	moment: { step, edge },
});
const CASES = [
	of("console/killed", "migrate", "stop-docker", "begin"),
	of("network/sshd-restarted", "migrate", "start-containerd", "begin"),
	of("node/containerd-as-changed-does-not-start", "migrate", "stop-kubelet", "begin"),
	of("cluster/api-away", "rollback", "verify-node", "end"),
	of("person/cancel", "migrate", "stop-containerd", "end"),
];

let fleet: Fleet;
beforeAll(async () => {
	fleet = await sharedFleet();
	await prepareFleet(fleet);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("keeps the promise on real nodes, one fault of each family at once on all of them", { timeout: 900_000 }, async () => {
	const outcomes: RealOutcome[] = [];
	const left = [...CASES];
	await runRealCases(
		fleet,
		folder,
		() => left.shift(),
		FAULTS,
		(outcome) => outcomes.push(outcome),
	);
	const said = outcomes.map((outcome) =>
		"error" in outcome
			? `${outcome.case.fault}: ${outcome.error}`
			: `${outcome.case.fault}: ${outcome.reached ? "" : "never came to its moment "}${outcome.judgement.broken.join("; ")}`,
	);
	expect(said.toSorted()).toEqual(CASES.map(({ fault }) => `${fault}: `).toSorted());
});

// Of the matrix that `npm run faults:reboots` goes through: on the way back, and after the commit.
const down = (fault: Shock, scenario: Case["scenario"], step: string, mustEndOn: RebootCase["mustEndOn"]): RebootCase => ({
	scenario,
	moment: { step, edge: "end" },
	mustEndOn,
	given: { ...of(fault, scenario, step, "end"), fault },
});
const REBOOTS = [
	down("node/power-cut", "migrate-going-back", "revert:restore-files", "docker"),
	down("node/power-cut", "migrate", "commit", "containerd"),
];

it("ends where the moment says after a reboot, and a second one changes nothing", { timeout: 600_000 }, async () => {
	const run = new RebootRun(fleet, folder, { fresh: false });
	const said: string[] = [];
	try {
		await run.cases(
			[...REBOOTS],
			() => false,
			({ tried, broken }) => said.push(`${nameOf(tried)}: ${broken.join("; ")}`),
		);
	} finally {
		await run.close();
	}
	expect(said.toSorted()).toEqual(REBOOTS.map((tried) => `${nameOf(tried)}: `).toSorted());
});
