// `npm run faults`: migrations on simulated nodes, while one thing goes wrong at each.
//   --seed N        which cases, and what of each is left to chance; default: a new one, which is printed
//   --cases M       so many of them; default: every fault at every step boundary
//   --only FAMILY[/FAULT] --scenario S --shape S --moment "[begin |end ]STEP"
//   --minutes T     begins no further case after that
//   --processes P   at once; default: one for each core
//   --results FILE  what is in it already is not run again; what comes is added, with the commit that it was made by
//   --write         the table goes to docs/faults.md
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { allCases, commandOf, type Reference, sample } from "./cases.ts";
import { FAULTS } from "./faults.ts";
import { byCommit, caseKey, caseResults, commitNow, type Result } from "./results.ts";
import { SCENARIOS } from "./scenario.ts";
import { SHAPES } from "./shape.ts";
import { table, withTable } from "./table.ts";
import { runCases } from "./workers.ts";

const PAGE = fileURLToPath(new URL("../../docs/faults.md", import.meta.url));
/** Real time; worth a look at what such a case waits for. */
const SLOW_MS = 60_000;
const NO_FAULT = "none";

const { values } = parseArgs({
	options: {
		seed: { type: "string" },
		cases: { type: "string" },
		only: { type: "string" },
		scenario: { type: "string" },
		shape: { type: "string" },
		moment: { type: "string" },
		minutes: { type: "string" },
		processes: { type: "string" },
		results: { type: "string" },
		write: { type: "boolean", default: false },
	},
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const processes = Number(values.processes ?? availableParallelism());
const say = (text: string) => process.stdout.write(`${text}\n`);

/** Runs where nothing goes wrong: whose boundaries are the moments, and which have to end well themselves. */
async function references(): Promise<Reference[]> {
	const found: Reference[] = [];
	const wanted = SCENARIOS.filter((scenario) => !values.scenario || scenario === values.scenario).flatMap((scenario) =>
		SHAPES.filter((shape) => !values.shape || shape === values.shape).map((shape) => ({ scenario, shape })),
	);
	const runs = wanted.map((each) => ({ ...each, seed, fault: NO_FAULT, moment: { step: "", edge: "begin" } as const }));
	await runCases(
		runs,
		processes,
		() => true,
		(outcome) => {
			const { scenario, shape } = outcome.case;
			const broken = "error" in outcome ? [outcome.error] : outcome.judgement.broken;
			if (broken.length > 0) throw new Error(`${scenario} on ${shape} breaks the promise where nothing goes wrong: ${broken.join("; ")}`);
			if (!("error" in outcome)) found.push({ scenario, shape, moments: outcome.passed.map(({ step, edge }) => ({ step, edge })) });
		},
	);
	// In an order that no process's speed changes.
	return wanted.flatMap(({ scenario, shape }) => found.filter((each) => each.scenario === scenario && each.shape === shape));
}

say(`seed ${seed}`);
const all = allCases(seed, FAULTS, await references(), values);
const cases = sample(all, seed, Number(values.cases ?? all.length));
if (cases.length === 0) throw new RangeError("no case fits these words");
say(`${cases.length} of ${all.length} cases`);
const commit = commitNow();
const file = values.results === undefined ? undefined : caseResults(values.results);
const known = file?.kept() ?? new Map<string, Result>();
const tried = cases.flatMap((each) => known.get(caseKey(each)) ?? []);
const left = cases.filter((each) => !known.has(caseKey(each)));
if (tried.length > 0) say(`${tried.length} were tried before: ${byCommit(tried)}; now by ${commit}`);
let failed = 0;
let done = tried.length;
const until = values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.minutes) * 60_000;
const inTime = () => Date.now() < until;
await runCases(left, processes, inTime, (outcome) => {
	done += 1;
	if (outcome.tookMs > SLOW_MS) say(`${Math.round(outcome.tookMs / 1000)} s: ${commandOf(seed, outcome.case)}`);
	if ("error" in outcome) {
		failed += 1;
		say(`HARNESS ${outcome.error}\n  seed ${seed}: ${commandOf(seed, outcome.case)}`);
		return;
	}
	const { reached, judgement } = outcome;
	const result = { commit, case: outcome.case, reached, judgement };
	tried.push(result);
	file?.add(result);
	const { broken } = judgement;
	if (broken.length > 0) {
		failed += 1;
		say(`BROKEN ${broken.join("\n       ")}\n  seed ${seed}: ${commandOf(seed, outcome.case)}`);
	}
	if (done % 25 === 0 || done === cases.length) say(`${done} of ${cases.length}, ${failed} broken`);
});
const missed = tried.filter(({ reached }) => !reached).length;
say(table(FAULTS, tried));
say(`seed ${seed}: ${done} cases, ${missed} never came to their moment, ${failed} broke the promise; ${byCommit(tried)}`);
if (values.write) writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), table(FAULTS, tried)));
process.exitCode = failed > 0 ? 1 : 0;
