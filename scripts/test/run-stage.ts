import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KnownError } from "../bootstrap/command.mjs";
import { ensure } from "../bootstrap/packages.mjs";
import { type Failure, failures } from "./failures.ts";
import { takeDownFleets } from "./fleets.ts";
import { endMarked, MARK, type Outcome, runBounded } from "./processes.ts";
import { type Counts, countStage } from "./reports.ts";
import { PROGRAMS, type Stage } from "./stages.ts";
import type { Result } from "./summary.ts";

export interface RunOptions {
	root: string;
	/** When the whole run must be over, in milliseconds since the epoch. */
	deadline: number;
	abort?: AbortSignal;
}

/** Runs one stage to its end and leaves none of its processes behind. */
export async function runStage(stage: Stage, { root, deadline, abort }: RunOptions): Promise<Result> {
	const began = performance.now();
	const result = (counts: Partial<Counts>, ran: boolean, note?: string, failed: readonly Failure[] = []): Result => ({
		title: stage.title,
		// Where the time is limited, a run without it is whole all the same.
		realFleet: stage.realFleet === true && stage.needsMs === undefined,
		seconds: (performance.now() - began) / 1000,
		counts: { passed: 0, failed: 0, skipped: 0, ...counts },
		ran,
		note,
		failures: failed,
	});
	const reason = abort?.aborted ? "interrupted" : await whyNot(stage, root);
	if (reason) return result({ skipped: 1 }, false, reason);
	const leftMs = deadline - began;
	if (stage.needsMs !== undefined && leftMs < stage.needsMs) {
		const [needs, left] = [stage.needsMs, Math.max(0, leftMs)].map((ms) => Math.floor(ms / 60_000));
		return result({ skipped: 1 }, false, `needs ${needs} minutes and ${left} are left; npm test -- --only ${stage.name} runs it`);
	}
	const timeoutMs = Math.min(stage.timeoutMs, deadline - performance.now());
	if (timeoutMs <= 0) return result({ failed: 1 }, false, "no time left");

	const mark = randomUUID();
	const folder = await mkdtemp(join(tmpdir(), "gantry-test-stage-"));
	const report = join(folder, "report.json");
	try {
		const command = stage.command.map((part) => part.replace("{report}", report));
		const env: NodeJS.ProcessEnv = { ...process.env, [MARK]: mark, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
		// Ours; a console that a stage starts refuses GANTRY_ variables that it does not know.
		delete env.GANTRY_TEST_MINUTES;
		const outcome = await runBounded(command, { cwd: root, env, timeoutMs, abort });
		const failed = failures(stage.report, report, root);
		return result(countStage(stage.report, outcome, report), true, describe(outcome, timeoutMs, abort), failed);
	} finally {
		if (stage.realFleet) takeDownFleets(mark, root);
		for (const command of await endMarked(mark)) process.stderr.write(`${stage.title} left behind, now ended: ${command}\n`);
		await rm(folder, { recursive: true, force: true });
	}
}

function describe({ timedOut, signal }: Outcome, timeoutMs: number, abort?: AbortSignal): string | undefined {
	if (abort?.aborted) return "interrupted";
	if (timedOut) return `ended after ${Math.round(timeoutMs / 1000)} s, its time limit`;
	return signal ? `ended by ${signal}` : undefined;
}

/** Why the stage cannot run on this machine; undefined when it can. Installs what is missing where that is possible. */
async function whyNot(stage: Stage, root: string): Promise<string | undefined> {
	if (stage.onlyIf && !existsSync(join(root, stage.onlyIf))) return `there is no ${stage.onlyIf}`;
	const needs = (stage.needs ?? []).map((name) => PROGRAMS[name]);
	try {
		await ensure(needs, `for ${stage.title}`);
	} catch (error) {
		if (error instanceof KnownError) return error.message;
		throw error;
	}
	const [program, ...args] = stage.check ?? [];
	if (program === undefined) return undefined;
	const check = spawnSync(program, args, { cwd: root, encoding: "utf8", timeout: 600_000, stdio: ["ignore", "inherit", "pipe"] });
	if (check.status === 0) return undefined;
	return check.stderr?.trim() || `${program} ${args.join(" ")}: exit status ${check.status}`;
}
