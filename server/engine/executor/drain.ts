import { isCompletion } from "../../../lib/completion.ts";
import { drainNode } from "../../kubernetes/drain.ts";
import type { DrainProgress } from "../../kubernetes/drain-progress.ts";
import { isKubernetesError } from "../../kubernetes/error.ts";
import { beforePrepare, factsDigest } from "../../plan/digest.ts";
import { imagesToCarry, imagesWithoutTag } from "../../plan/images.ts";
import { parseProbe } from "../../probe/parse.ts";
import { PROBE_SCRIPT } from "../../probe/script.ts";
import { said } from "../codes.ts";
import { consoleStep, skippedStep } from "./console-step.ts";
import type { RunContext } from "./context.ts";
import { untilApiServerIsReady, untilControlPlaneIsWell } from "./control-plane.ts";
import { cordon } from "./cordon.ts";
import { fail } from "./failure.ts";
import { untilDone } from "./retry.ts";
import { steadyClock } from "./steady-clock.ts";

const LOOK_LIMIT_MS = 60_000;
/** Names that one event tells; the count tells of the rest. */
const NAMED_IMAGES = 5;

/** Looks at the node once more, cordons and evicts, as the policy says. "cancelled" where a person asked for it in between. */
export async function drain(context: RunContext): Promise<"drained" | "cancelled"> {
	const { run } = context;
	if (await context.cancelled()) return "cancelled";
	// Once it is cordoned there is no going behind this look.
	const takenUpAgain = run.before !== null;
	if (!takenUpAgain && (await lookAgain(context)) === "cancelled") return "cancelled";
	const api = await context.cluster();
	if (!api) {
		// Without an API there is nothing to cordon: the person who started it has said so, and the record does.
		for (const step of run.plan.steps.filter((planned) => planned.phase === "drain")) await skippedStep(context, step.id);
		return "drained";
	}
	await consoleStep(context, "cordon", () => cordon(context));
	if (await context.cancelled()) return "cancelled";
	if (takenUpAgain && (await untilApiServerIsReady(context)) === "cancelled") return "cancelled";
	return run.plan.steps.some(({ id }) => id === "evict") ? evict(context) : "drained";
}

/** Prepare goes stale (safety rule 17): what the plan rests on must still hold; images that came into use since are said. */
async function lookAgain(context: RunContext): Promise<"looked" | "cancelled"> {
	const { run, session, ports } = context;
	const read = async () => {
		const probed = await untilDone(context, () => session.run(PROBE_SCRIPT, { timeoutMs: 60_000 }), LOOK_LIMIT_MS);
		await context.patch({ seenAt: ports.now() });
		const found = parseProbe(probed.stdout);
		// The files are compared on the node before anything is armed.
		if (factsDigest(beforePrepare(found, run.facts, run.plan)) !== run.plan.factsDigest)
			fail(said("run.facts-changed", { node: run.nodeName }));
		return found;
	};
	const now = await read();
	// Before a pod is evicted for it; the cutover asks once more, on the node (safety rule 18).
	if ((await untilControlPlaneIsWell(context, now, read)) === "cancelled") return "cancelled";
	if (
		run.direction !== "migrate" ||
		isCompletion({ direction: run.direction, fromRuntime: run.plan.runtimeFrom }) ||
		!run.policy.carryImages
	)
		return "looked";
	const carried = new Set(run.plan.images.map((image) => image.name));
	const known = new Set(imagesWithoutTag(run.facts).map((image) => image.name));
	const fresh = [
		...imagesToCarry(now, run.plan.pauseImage, true)
			.map((image) => image.saved)
			.filter((name) => !carried.has(name)),
		...imagesWithoutTag(now)
			.map((image) => image.name)
			.filter((name) => !known.has(name)),
	];
	if (fresh.length === 0) return "looked";
	const images = fresh.slice(0, NAMED_IMAGES);
	await context.note(said("run.images-new", { node: run.nodeName, count: fresh.length, images: images.join(", ") }));
	return "looked";
}

async function evict(context: RunContext): Promise<"drained" | "cancelled"> {
	const { run, ports } = context;
	const api = await context.cluster();
	if (!api) return "drained";
	const stop = new AbortController();
	const signal = AbortSignal.any([stop.signal, context.signal]);
	const told = new Progress(context, () => stop.abort());
	const asking = untilCancelled(context, signal).then(
		(cancelled) => {
			if (cancelled) stop.abort();
			return cancelled;
		},
		(error: unknown) => {
			told.failure ??= { error };
			stop.abort();
			return false;
		},
	);
	const drainAndTell = async () => {
		const resume = run.before?.drain;
		const nowMs = steadyClock(ports);
		await drainNode(api, run.nodeName, run.policy.drain, {
			now: nowMs,
			signal,
			onProgress: (progress) => told.tell(progress),
			// Begun by a clock that has been put back since: its time begins now.
			...(resume ? { resume: { ...resume, startedAtMs: Math.min(resume.startedAtMs, nowMs()) } } : {}),
		});
	};
	try {
		return await consoleStep(
			context,
			"evict",
			async () => {
				try {
					await drainAndTell();
					return "drained" as const;
				} catch (error) {
					context.signal.throwIfAborted();
					if (!isKubernetesError(error, "cluster.aborted")) throw error;
					if (await asking) return "cancelled" as const;
					throw told.failure?.error ?? error;
				}
			},
			{ ok: (end) => end === "drained" },
		);
	} finally {
		stop.abort();
		await asking;
		await told.done;
		if (!context.lease.signal.aborted && !told.failure) await context.waiting(null);
	}
}

/** Writes how the drain stands, one after the other; what a restart goes on with is kept with the first. */
class Progress {
	failure: { error: unknown } | null = null;
	done: Promise<void> = Promise.resolve();
	#kept: boolean;

	constructor(
		private readonly context: RunContext,
		private readonly stop: () => void,
	) {
		this.#kept = context.run.before?.drain !== undefined;
	}

	tell({ startedAtMs, total, message }: DrainProgress): void {
		const { run } = this.context;
		const keep = !this.#kept && run.before ? { before: { ...run.before, drain: { startedAtMs, total } } } : {};
		this.#kept = true;
		this.done = this.done
			.then(() => this.context.patch({ waiting: message, ...keep }))
			.catch((error: unknown) => {
				this.failure ??= { error };
				this.stop();
			});
	}
}

/** True as soon as a person asks for it; false when the signal ends the asking. */
async function untilCancelled(context: RunContext, signal: AbortSignal): Promise<boolean> {
	for (;;) {
		await context.ports.wait(1_000, signal);
		if (signal.aborted) return false;
		if (await context.cancelled()) return true;
	}
}
