import { said } from "../codes.ts";
import type { RunContext } from "./context.ts";
import { asMessage, isOwnTrouble, isPassing } from "./failure.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Repeats what may be repeated while it fails for a reason that passes (`passes`), and shows why it waits. What only the node can say, and
 * is waited for without a limit, is asked by `untilNodeSays`.
 */
export async function untilDone<T>(
	context: RunContext,
	work: () => Promise<T>,
	limitMs: number,
	passes: (error: unknown) => boolean = isPassing,
): Promise<T> {
	const { ports, signal } = context;
	const begun = ports.monotonicMs();
	for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
		signal.throwIfAborted();
		try {
			const result = await work();
			if (pauseMs > FIRST_PAUSE_MS) await context.waiting(null);
			return result;
		} catch (error) {
			signal.throwIfAborted();
			const over = ports.monotonicMs() - begun + pauseMs > limitMs;
			if (over || !passes(error)) throw error;
			const { code, values } = asMessage(error);
			await context.waiting(said("run.trying-again", { because: code }, values));
			await ports.wait(pauseMs, signal);
		}
	}
}

/** The same for what a run can do without: what kept it from being done, or null. */
export async function bestEffort(context: RunContext, work: () => Promise<unknown>, limitMs: number): Promise<{ because: string } | null> {
	try {
		await untilDone(context, work, limitMs);
		return null;
	} catch (error) {
		context.signal.throwIfAborted();
		if (isOwnTrouble(error)) throw error;
		const { code } = asMessage(error);
		context.ports.log.warn({ err: error, runId: context.run.id }, "the run goes on without");
		return { because: code };
	}
}
