import type { RunContext } from "./context.ts";

interface Options<T> {
	/** False where what came back is a failure of the step although nothing was thrown. */
	ok?: (result: T) => boolean;
}

/**
 * A step that the console does itself: its row and its duration, by a clock that never jumps. A step that throws is
 * recorded as failed, one that a person's cancel has ended too; one that was interrupted by the end of the lease stays as it is for the next
 * worker.
 */
export async function consoleStep<T>(
	context: RunContext,
	id: string,
	work: () => Promise<T>,
	{ ok = () => true }: Options<T> = {},
): Promise<T> {
	const { store, monotonicMs, log } = context.ports;
	const phase = context.run.plan.steps.find((step) => step.id === id)?.phase ?? "prepare";
	const place = { id, phase, where: "console" as const };
	await store.step(context.lease, { ...place, state: "running" });
	const begun = monotonicMs();
	let result: T;
	try {
		result = await work();
	} catch (error) {
		if (!context.lease.signal.aborted) {
			// What it failed with matters more than that this could not be written.
			await store.step(context.lease, { ...place, state: "failed", durationMs: monotonicMs() - begun }).catch((failed: unknown) => {
				log.warn({ err: failed, runId: context.run.id, step: id }, "a failed step was not recorded");
			});
		}
		throw error;
	}
	await store.step(context.lease, { ...place, state: ok(result) ? "ok" : "failed", durationMs: monotonicMs() - begun });
	return result;
}

export async function skippedStep(context: RunContext, id: string): Promise<void> {
	const phase = context.run.plan.steps.find((step) => step.id === id)?.phase ?? "drain";
	await context.ports.store.step(context.lease, { id, phase, where: "console", state: "skipped", durationMs: 0 });
}
