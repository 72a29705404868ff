// `npm run faults:real`: migrations on real nodes, while one thing goes wrong at each.
//   --seed N        which cases, and what of each is left to chance; default: a new one, which is printed
//   --cases M       until so many have come to their moment; default 60
//   --nodes N       at once, each on a node of its own; default 3
//   --only FAMILY[/FAULT] --scenario S --moment "[begin |end ]STEP"
//   --results FILE  what is in it already is not run again; what comes is added, with the commit that it was made by
//   --keep          leaves the fleet up: another run of this finds it
//   --write         the table goes to docs/faults.md
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { attach, bringUp, type Fleet } from "../../fleet/fleet.ts";
import { sample } from "../cases.ts";
import { Draw } from "../draw.ts";
import { FAULTS } from "../faults.ts";
import { byCommit, caseKey, caseResults, commitNow, type Result } from "../results.ts";
import { table, withTable } from "../table.ts";
import { FLEET, prepareFleet, realCases, runRealCases } from "./real-cases.ts";
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
		results: { type: "string" },
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
	// All of them in the order of the draw, whose beginning a smaller one is.
	const cases = sample(all, seed, all.length);
	if (cases.length === 0) throw new RangeError("no case fits these words");
	const wanted = Math.min(Number(values.cases), cases.length);
	const commit = commitNow();
	const file = values.results === undefined ? undefined : caseResults(values.results);
	const known = file?.kept() ?? new Map<string, Result>();
	const tried = cases.flatMap((each) => known.get(caseKey(each)) ?? []);
	const reached = () => tried.filter((each) => each.reached).length;
	say(`seed ${seed}: until ${wanted} of ${all.length} cases have come to their moment`);
	if (tried.length > 0) say(`${tried.length} were tried before, ${reached()} came there: ${byCommit(tried)}; now by ${commit}`);
	const left = cases.filter((each) => !known.has(caseKey(each)));
	const draw = new Draw(left, wanted - reached());
	let failed = 0;
	await runRealCases(
		fleet,
		folder,
		() => draw.next(),
		faults,
		(outcome) => {
			const { fault, scenario, moment } = outcome.case;
			const what = `${fault}, ${scenario}, ${moment.edge} ${moment.step}`;
			if ("error" in outcome) {
				failed += 1;
				draw.ended(false);
				say(`HARNESS ${what}: ${outcome.error}`);
				return;
			}
			const { judgement, lastedS } = outcome;
			const result = { commit, case: outcome.case, reached: outcome.reached, judgement };
			draw.ended(result.reached);
			tried.push(result);
			file?.add(result);
			const { ending, broken } = judgement;
			const missed = result.reached ? "" : " (never came to its moment)";
			say(`${reached()}/${wanted} ${broken.length > 0 ? "BROKEN" : "ok"} ${what}: ${ending}${missed}, ${lastedS.toFixed(0)} s`);
			for (const text of broken) say(`       ${text}`);
			if (broken.length === 0) return;
			failed += 1;
			say(`  npm run faults:real -- --seed ${seed} --only ${fault} --scenario ${scenario} --moment "${moment.edge} ${moment.step}"`);
		},
	);
	say(table(faults, tried));
	say(
		`seed ${seed}: ${tried.length} cases on real nodes, ${reached()} came to their moment, ${failed} broke the promise or the harness; ${byCommit(tried)}`,
	);
	if (values.write) writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), table(faults, tried), "real"));
	return failed > 0 ? 1 : 0;
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
