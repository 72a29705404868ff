// `npm run faults:reboots`: a reboot and a power cut at every step, each followed by a second one that must change nothing.
//   --nodes N        at once; default 6
//   --within MIN     begins nothing more after so many minutes; says what was not run
//   --scenario S --moment "[begin |end ]STEP" --only node/reboot|node/power-cut
//   --results FILE   what is in it already is not run again; what comes is added, with the commit that it was made by
//   --keep           leaves the fleet up: another run of this finds it
//   --write          the table goes to docs/faults.md
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { attach, bringUp, type Fleet } from "../../fleet/fleet.ts";
import { momentName } from "../moments.ts";
import { type RebootCase, rebootCases } from "../reboots/matrix.ts";
import { nameOf, type RebootOutcome, rebootTable } from "../reboots/table.ts";
import { byCommit, commitNow, ResultsFile } from "../results.ts";
import { SCENARIOS } from "../scenario.ts";
import { withTable } from "../table.ts";
import { prepareFleet } from "./real-cases.ts";
import { RebootRun } from "./reboot-cases.ts";

const PAGE = fileURLToPath(new URL("../../../docs/faults.md", import.meta.url));
const FLEET = "reboots";

const { values } = parseArgs({
	options: {
		nodes: { type: "string", default: "6" },
		within: { type: "string" },
		scenario: { type: "string" },
		moment: { type: "string" },
		only: { type: "string" },
		results: { type: "string" },
		keep: { type: "boolean", default: false },
		write: { type: "boolean", default: false },
	},
});
const say = (text: string) => process.stdout.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), "gantry-reboots-"));
const begunMs = performance.now();
const minutes = () => (performance.now() - begunMs) / 60_000;

type Made = RebootOutcome & { commit: string };
const file =
	values.results === undefined
		? undefined
		: new ResultsFile<Made>(values.results, { keyOf: ({ tried }) => nameOf(tried), keptThePromise: ({ broken }) => broken.length === 0 });

function wanted({ scenario, moment, given }: RebootCase): boolean {
	if (values.scenario !== undefined && values.scenario !== scenario) return false;
	if (values.only !== undefined && values.only !== given.fault) return false;
	return values.moment === undefined || [moment.step, momentName(moment)].includes(values.moment);
}

async function main(fleet: Fleet, fresh: boolean): Promise<number> {
	await prepareFleet(fleet);
	const run = new RebootRun(fleet, folder, { fresh });
	try {
		const walks = await run.walks(SCENARIOS.filter((scenario) => values.scenario === undefined || values.scenario === scenario));
		const all = rebootCases(1, "bookworm", walks);
		const cases = all.filter(wanted);
		if (cases.length === 0) throw new RangeError("no case fits these words");
		say(`${minutes().toFixed(1)} min: ${cases.length} of ${all.length} cases on ${fleet.nodes.length} nodes`);
		const known = file?.kept() ?? new Map<string, Made>();
		const outcomes: Made[] = cases.flatMap((each) => known.get(nameOf(each)) ?? []);
		const left = cases.filter((each) => !known.has(nameOf(each)));
		const commit = commitNow();
		const before = outcomes.length;
		if (before > 0) say(`${before} were run before: ${byCommit(outcomes)}; now by ${commit}`);
		const late = () => values.within !== undefined && minutes() > Number(values.within);
		const casesFromMin = minutes();
		await run.cases(left, late, (outcome) => {
			const made = { ...outcome, commit };
			outcomes.push(made);
			file?.add(made);
			const { endedOn, broken, lastedS, tried } = outcome;
			const each = (minutes() - casesFromMin) / (outcomes.length - before);
			const rest = `${Math.round(each * (cases.length - outcomes.length))} min left`;
			say(
				`${outcomes.length}/${cases.length} ${broken.length > 0 ? "BROKEN" : "ok"} ${nameOf(tried)}: ${endedOn ?? "nothing"}, ${lastedS.toFixed(0)} s; ${rest}`,
			);
			for (const text of broken) say(`       ${text.replaceAll("\n", "\n       ")}`);
		});
		const broken = outcomes.filter((outcome) => outcome.broken.length > 0).length;
		say(rebootTable(cases, outcomes));
		say(`${outcomes.length} of ${cases.length} cases in ${minutes().toFixed(0)} min, ${broken} broken; ${byCommit(outcomes)}`);
		if (left.length > 0) say(`not run: ${left.map(nameOf).join("; ")}`);
		if (values.write) writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), rebootTable(cases, outcomes), "reboots"));
		return broken > 0 ? 1 : 0;
	} finally {
		await run.close();
	}
}

const found = await attach(FLEET).catch(() => undefined);
const fleet = found ?? (await bringUp({ name: FLEET, nodes: Number(values.nodes), ownDisks: true, progress: say }));
try {
	process.exitCode = await main(fleet, found === undefined);
} finally {
	rmSync(folder, { recursive: true, force: true });
	if (!values.keep) await fleet.down();
}
// An engine that still waits for a node which is gone now would keep the process.
process.exit();
