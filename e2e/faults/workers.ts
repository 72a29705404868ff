import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Case } from "./case.ts";
import type { CaseResult } from "./simulated/run-case.ts";

/** What became of a case, as its process told: or that the harness itself failed. */
export type Outcome = { case: Case; tookMs: number } & (Omit<CaseResult, "case"> | { error: string });

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));
/** Real time; a case that takes longer hangs. The longest computes for half a minute, and others may leave it next to nothing of the machine. */
const LIMIT_MS = 1_800_000;
/** What a process has run leaves some memory behind. */
const CASES_A_PROCESS = 400;
/** Megabytes. Nearly all of what a case makes is soon thrown away: with the default of 16 much of it is copied first. */
const YOUNG_HEAP = "--max-semi-space-size=64";

/** Runs cases in so many processes at once, as long as more may begin, and tells of each as it ends. */
export async function runCases(
	cases: readonly Case[],
	processes: number,
	mayBegin: () => boolean,
	onEnd: (outcome: Outcome) => void,
): Promise<void> {
	const left = [...cases];
	const work = async () => {
		let child: ChildProcess | undefined;
		let run = 0;
		for (let next = left.shift(); next && mayBegin(); next = left.shift()) {
			if (run >= CASES_A_PROCESS) {
				child?.kill("SIGKILL");
				child = undefined;
				run = 0;
			}
			child ??= fork(WORKER, { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [...process.execArgv, YOUNG_HEAP] });
			run += 1;
			const outcome = await ended(child, next);
			if ("error" in outcome) {
				child.kill("SIGKILL");
				child = undefined;
				run = 0;
			}
			onEnd(outcome);
		}
		child?.kill("SIGKILL");
	};
	await Promise.all(Array.from({ length: processes }, work));
}

function ended(child: ChildProcess, given: Case): Promise<Outcome> {
	return new Promise((resolve) => {
		const fail = (error: string) => finish({ case: given, tookMs: LIMIT_MS, error });
		const timer = setTimeout(() => fail("the case hangs"), LIMIT_MS);
		const onMessage = (outcome: unknown) => finish(outcome as Outcome);
		const onExit = (code: number | null) => fail(`the process ended with ${code}`);
		const finish = (outcome: Outcome) => {
			clearTimeout(timer);
			child.off("message", onMessage);
			child.off("exit", onExit);
			resolve(outcome);
		};
		child.on("message", onMessage);
		child.on("exit", onExit);
		child.send(given);
	});
}
