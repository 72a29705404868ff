import { CALLED_BACK, ENDED, type ModelMigrationState } from "./tables.ts";
import { type ModelRun, move, newRun, type Outcome, runOf, type World } from "./world.ts";

/** What people do to a migration, as a description of what must come of it. */

const FAILED: readonly string[] = ["failed", "reverted"];
/** No step is begun here: whoever was called back had not gone out. */
const NEVER_OUT: readonly string[] = ["not-started", "cancelled"];

/** Of each node the last attempt. */
export function newest(world: World): ModelRun[] {
	return world.runs.filter((run) => !world.runs.some((other) => other.node === run.node && other.attempt > run.attempt));
}

function moved(world: World, from: readonly ModelMigrationState[], to: ModelMigrationState, why: string): Outcome {
	if (!from.includes(world.migration.state)) return "migration.wrong-state";
	world.migration.state = to;
	world.migration.why = why;
	world.migration.version += 1;
	return "ok";
}

export function started(world: World): Outcome {
	if (world.migration.state === "draft" && !world.runs.some((run) => run.state === "queued")) return "migration.nothing-to-do";
	return moved(world, ["draft"], "running", "migration.started");
}

export function paused(world: World): Outcome {
	return moved(world, ["running"], "paused", "migration.paused");
}

export function stopped(world: World): Outcome {
	return moved(world, ["running", "paused", "held"], "stopping", "migration.stopping");
}

export function resumed(world: World): Outcome {
	if (world.migration.state === "held") {
		const failed = newest(world).filter(
			(run) =>
				!run.failureSeen && (["failed", "reverted", "revert-failed"].includes(run.state) || (run.state === "skipped" && run.attempt > 1)),
		);
		for (const run of failed) {
			run.failureSeen = true;
			run.events.push({ code: "run.failure-seen" });
		}
	}
	return moved(world, ["paused", "held"], "running", "migration.resumed");
}

export function cancelled(world: World): Outcome {
	const outcome = moved(world, ["running", "paused", "held", "stopping"], "cancelling", "migration.cancelling");
	if (outcome === "ok") for (const run of world.runs) callBack(run);
	return outcome;
}

export function runCancelled(world: World, runId: string): Outcome {
	const run = runOf(world, runId);
	if (run.state === "queued" && run.lease === null) {
		move(run, "cancelled", "run.cancelled");
		world.migration.version += 1;
		return "ok";
	}
	return callBack(run) ? "ok" : "run.wrong-state";
}

/** Asked once, on record once. */
function callBack(run: ModelRun): boolean {
	if (!CALLED_BACK.includes(run.state)) return false;
	if (!run.called) {
		run.called = true;
		run.events.push({ code: "run.cancel-requested" });
	}
	return true;
}

/** `planned`: whether the node answered and could be planned again. */
export function triedAgain(world: World, which: "failed" | "not-started", planned: boolean): Outcome {
	const { migration } = world;
	if (!["running", "paused", "held", "done", "done-with-failures", "cancelled"].includes(migration.state)) return "migration.wrong-state";
	const again = newest(world).filter((run) =>
		which === "failed" ? FAILED.includes(run.state) || (run.state === "skipped" && run.attempt > 1) : NEVER_OUT.includes(run.state),
	);
	if (again.length === 0) return "migration.nothing-to-do";
	for (const { id, node, position, attempt } of again) {
		const run = newRun(nextId(id), node, position, attempt + 1);
		run.began = planned ? "queued" : "skipped";
		run.state = run.began;
		run.events.push({ code: "run.tried-again" });
		world.runs.push(run);
	}
	migration.version += 1;
	if (migration.state !== "running" && migration.state !== "paused") {
		migration.state = "running";
		migration.why = "migration.tried-again";
	}
	return "ok";
}

/** What a test calls the next attempt. */
export function nextId(id: string): string {
	return `${id}a`;
}

export function paceChanged(world: World, maxUnavailable: number): Outcome {
	const { migration } = world;
	if (migration.maxUnavailable === maxUnavailable) return "migration.nothing-to-do";
	if (!["draft", "scheduled", "running", "paused", "held"].includes(migration.state)) return "migration.wrong-state";
	migration.maxUnavailable = maxUnavailable;
	migration.version += 1;
	return "ok";
}

/** The newest attempts that have not ended. */
export function open(world: World): ModelRun[] {
	return newest(world)
		.filter((run) => !ENDED.includes(run.state))
		.sort((a, b) => a.position - b.position);
}
