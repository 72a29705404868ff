// `npm test`, after bootstrap.mjs: every stage that this machine can run, a summary, and as the last line the sum.
//   --only lint,unit   these stages only
// GANTRY_TEST_MINUTES bounds the whole run; GANTRY_KUBE_BIN names a folder with the Kubernetes programs of the real fleet.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runStage } from "./test/run-stage.ts";
import { chooseStages } from "./test/stages.ts";
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
const minutes = Number(process.env.GANTRY_TEST_MINUTES ?? 240);
const deadline = performance.now() + minutes * 60_000;
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());

const results: Result[] = [];
for (const stage of stages) {
	process.stdout.write(`\n── ${stage.title}\n`);
	const result = await runStage(stage, { root, deadline, abort: interrupt.signal });
	results.push(result);
	if (!result.ran) process.stdout.write(`NOT RUN: ${result.note}\n`);
}
process.exitCode = total(results).failed > 0 || interrupt.signal.aborted ? 1 : 0;
process.stdout.write(summary(results));
