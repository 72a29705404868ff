// `npm run faults:real`: migrations on real nodes, while one thing goes wrong at each.
//   --seed N        which cases, and what of each is left to chance; default: a new one, which is printed
//   --cases M       so many of them; default 60
//   --nodes N       at once, each on a node of its own; default 3
//   --only FAMILY[/FAULT] --scenario S --moment "[begin |end ]STEP"
//   --keep          leaves the fleet up: another run of this finds it
//   --write         the table goes to docs/faults.md
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { attach, bringUp, type Fleet } from "../../fleet/fleet.ts";
import { sample } from "../cases.ts";
import { FAULTS } from "../faults.ts";
import { table, withTable } from "../table.ts";
import { FLEET, prepareFleet, type RealOutcome, realCases, runRealCases } from "./real-cases.ts";
import { realFaults } from "./real-faults.ts";

const PAGE = fileURLToPath(new URL("../../../docs/faults.md", import.meta.url));

const { values } = parseArgs({
	options: {
		seed: { type: "string" },
		cases: { type: "string", default: "60" },
		nodes: { type: "string", default: "3" },
		only: { type: "string" },
		scenario: { type: "string" },
		moment: { type: "string" },
		keep: { type: "boolean", default: false },
		write: { type: "boolean", default: false },
	},
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const say = (text: string) => process.stdout.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), "gantry-real-faults-"));

async function main(fleet: Fleet): Promise<number> {
	await prepareFleet(fleet);
	const faults = realFaults(FAULTS);
	const all = await realCases(fleet, folder, seed, faults, values);
	const cases = sample(all, seed, Number(values.cases));
	if (cases.length === 0) throw new RangeError("no case fits these words");
	say(`seed ${seed}: ${cases.length} of ${all.length} cases`);
	const outcomes: RealOutcome[] = [];
	await runRealCases(fleet, folder, cases, faults, (outcome) => {
		outcomes.push(outcome);
		const { fault, scenario, moment } = outcome.case;
		const what = `${fault}, ${scenario}, ${moment.edge} ${moment.step}`;
		if ("error" in outcome) say(`HARNESS ${what}: ${outcome.error}`);
		else {
			const { ending, broken } = outcome.judgement;
			const missed = outcome.reached ? "" : " (never came to its moment)";
			say(
				`${outcomes.length}/${cases.length} ${broken.length > 0 ? "BROKEN" : "ok"} ${what}: ${ending}${missed}, ${outcome.lastedS.toFixed(0)} s`,
			);
			for (const text of broken) say(`       ${text}`);
			if (broken.length > 0)
				say(`  npm run faults:real -- --seed ${seed} --only ${fault} --scenario ${scenario} --moment "${moment.edge} ${moment.step}"`);
		}
	});
	const tried = outcomes.flatMap((outcome) => ("error" in outcome ? [] : [outcome]));
	const broken = outcomes.length - tried.filter(({ judgement }) => judgement.broken.length === 0).length;
	say(table(faults, tried));
	say(`seed ${seed}: ${outcomes.length} cases on real nodes, ${broken} broke the promise or the harness`);
	if (values.write) writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), table(faults, tried), "real"));
	return broken > 0 ? 1 : 0;
}

const fleet = await attach(FLEET).catch(() => bringUp({ name: FLEET, nodes: Number(values.nodes), progress: say }));
try {
	process.exitCode = await main(fleet);
} finally {
	rmSync(folder, { recursive: true, force: true });
	if (!values.keep) await fleet.down();
}
// An engine that still waits for a node which is gone now would keep the process.
process.exit();
