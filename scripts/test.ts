// `npm test`, after bootstrap.mjs: every stage that this machine can run, a summary, and as the last line the sum.
//   --only lint,unit   these stages only
// GANTRY_TEST_MINUTES bounds the whole run; GANTRY_KUBE_BIN names a folder with the Kubernetes programs of the real fleet.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runStage, whyNot } from "./test/run-stage.ts";
import { chooseStages, lanesOf, type Stage } from "./test/stages.ts";
import { type Result, summary, total } from "./test/summary.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function choose() {
	try {
		const { values } = parseArgs({ options: { only: { type: "string" } } });
		return chooseStages(values.only);
	} catch (error) {
		process.stderr.write(`${(error as Error).message}\nusage: npm test [-- --only STAGE,STAGE]\n`);
		process.exit(2);
	}
}

const stages = choose();
const minutes = Number(process.env.GANTRY_TEST_MINUTES ?? 120);
const deadline = Date.now() + minutes * 60_000;
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());

// What a stage installs comes before any of them runs: two installations at once are refused by the system.
for (const stage of stages) if (!interrupt.signal.aborted) await whyNot(stage, root);

async function run(lane: readonly Stage[], beside: boolean): Promise<Result[]> {
	const results: Result[] = [];
	for (const stage of lane) {
		const result = await runStage(stage, { root, deadline, abort: interrupt.signal, beside });
		results.push(result);
		if (!result.ran) process.stdout.write(`NOT RUN: ${stage.title}: ${result.note}\n`);
	}
	return results;
}

// Real nodes wait for most of their time; what needs the processor goes on meanwhile and gives way to them.
const [machine, nodes, last] = lanesOf(stages);
const beside = machine.length > 0 && nodes.length > 0;
if (beside) process.stdout.write(`Beside the real nodes, each said when it has ended: ${machine.map(({ title }) => title).join(", ")}\n`);
const both = await Promise.all([run(machine, beside), run(nodes, false)]);
const results = [...both.flat(), ...(await run(last, false))];
process.exitCode = total(results).failed > 0 || interrupt.signal.aborted ? 1 : 0;
process.stdout.write(summary(results));
