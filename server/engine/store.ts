import { isCompletion } from "../../lib/completion.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import { type Hold, type HoldAnswer, holdAnswerSchema, logCutSchema, type RunState, stepStateSchema } from "../../lib/contracts/run.ts";
import { nodeLogPath } from "../../lib/log-cut.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import { type IntakeState, intakeStateSchema } from "../logs/intake-state.ts";
import { cutFor } from "../logs/limit.ts";
import { said } from "./codes.ts";
import { LeaseLostError, LogGapError, TransitionRefusedError } from "./errors.ts";
import type { Lease, RunPatch, RunRecord, RunStore, StepRecord } from "./ports.ts";
import { loadRecord } from "./record.ts";
import { isFinal, mayBecome } from "./transitions.ts";

/** From here on a run may hold its migration: what a look decided before it knew is of no use any more. */
const MAY_HOLD: readonly RunState[] = ["cleaning", "reverting", "failed", "reverted", "revert-failed"];

/** How a run ended that says what its node is. */
const TELLS_OF_NODE: readonly RunState[] = ["done", "reverted", "revert-failed"];

/** Called after each write, so that open pages hear of it: a wake-up, never the only way to know. */
export interface RunListener {
	runChanged(runId: string): void;
	/** It is in another state now. */
	runMoved(runId: string, to: RunState): void;
	eventAppended(eventId: number): void;
	logAppended(runId: string, generation: number, offset: number, bytes: Buffer): void;
}

const CHUNK_BYTES = 64 * 1024;
const MIB = 1024 * 1024;
/** Steps of the way back come after all that were planned. */
const REVERT_POSITION = 1000;

/** The only writer of run rows: each change is one conditional update together with one appended event. */
export class PrismaRunStore implements RunStore {
	constructor(
		private readonly db: Db,
		private readonly listener: RunListener,
		/** The console's clock, for display; nothing is decided by it here. */
		private readonly now: () => Date,
		/** So much of a run's log is kept: its beginning and its newest. 0 = all of it. */
		private readonly logLimitBytes = 0,
	) {}

	load(runId: string): Promise<RunRecord> {
		return loadRecord(this.db, runId);
	}

	async requested(runId: string): Promise<"cancel" | null> {
		const row = await this.db.run.findUnique({ where: { id: runId }, select: { request: true } });
		return row?.request === "cancel" ? "cancel" : null;
	}

	async holdAnswer(runId: string): Promise<HoldAnswer | null> {
		const row = await this.db.run.findUnique({ where: { id: runId }, select: { holdAnswer: true } });
		return holdAnswerSchema.nullable().parse(row?.holdAnswer ?? null);
	}

	async endHold(lease: Lease): Promise<boolean> {
		const { runId, leaseId } = lease;
		const { count } = await this.db.run.updateMany({
			where: { id: runId, leaseId, holdAnswer: null },
			data: { hold: "over" satisfies Hold },
		});
		if (count === 0 && (await this.db.run.count({ where: { id: runId, leaseId } })) === 0) throw new LeaseLostError(runId);
		if (count > 0) this.listener.runChanged(runId);
		return count > 0;
	}

	async transition(lease: Lease, from: RunState, to: RunState, event: Message, patch: RunPatch = {}): Promise<RunRecord> {
		if (!mayBecome(from, to)) return this.refuse(lease, from, to);
		const at = this.now();
		const run = await this.db.run.findUnique({
			where: { id: lease.runId },
			select: { migrationId: true, nodeId: true, direction: true, fromRuntime: true, startedAt: true, node: { select: { mark: true } } },
		});
		if (!run) throw new LeaseLostError(lease.runId);
		const endedAt = isFinal(to) ? await this.endOf(run.nodeId, at) : at;
		const mark = isFinal(to) ? markAfter(run, to, run.node.mark) : run.node.mark;
		try {
			const row = await this.db.run.update({
				where: { id: lease.runId, leaseId: lease.leaseId, state: from },
				data: {
					state: to,
					version: { increment: 1 },
					waiting: Prisma.DbNull,
					...columns(from === "verifying" ? { hold: null, ...patch } : patch),
					...(run.startedAt === null && !isFinal(to) ? { startedAt: at } : {}),
					...(isFinal(to) ? { endedAt, leaseId: null, leaseUntil: null, revertAt: null } : {}),
					...(mark === run.node.mark ? {} : { node: { update: { mark } } }),
					...unfinishedSteps(to),
					...(MAY_HOLD.includes(to) || patch.hold?.kind === "held" ? OTHER_FOR_THE_ROLLOUT : {}),
					events: { create: { migrationId: run.migrationId, code: event.code, values: { from, to, ...event.values }, at } },
				},
				select: LAST_EVENT,
			});
			this.listener.runChanged(lease.runId);
			for (const { id } of row.events) this.listener.eventAppended(id);
			this.listener.runMoved(lease.runId, to);
		} catch (error) {
			if (!isNotFound(error)) throw error;
			return this.refuse(lease, from, to);
		}
		return this.load(lease.runId);
	}

	async patch(lease: Lease, patch: RunPatch): Promise<void> {
		await this.update(lease, { ...columns(patch), ...(patch.hold?.kind === "held" ? OTHER_FOR_THE_ROLLOUT : {}) });
		this.listener.runChanged(lease.runId);
	}

	async note(lease: Lease, event: Message): Promise<void> {
		const migrationId = await this.migrationOf(lease.runId);
		const row = await this.update(lease, { events: { create: { migrationId, code: event.code, values: event.values, at: this.now() } } });
		for (const { id } of row.events) this.listener.eventAppended(id);
	}

	async notedLines(runId: string): Promise<Set<number>> {
		const rows = await this.db.runEvent.findMany({ where: { runId, code: { startsWith: "node." } }, select: { values: true } });
		return new Set(rows.map(({ values }) => Number((values as Message["values"])["line"])));
	}

	async step(lease: Lease, step: Parameters<RunStore["step"]>[1]): Promise<void> {
		const known = {
			state: step.state,
			...(step.durationMs === undefined ? {} : { durationMs: Math.round(step.durationMs) }),
			...(step.logLine === undefined ? {} : { logLine: step.logLine }),
			...(step.state === "running" ? { startedAt: this.now(), durationMs: null } : {}),
		};
		await this.update(lease, {
			steps: {
				upsert: {
					where: { runId_stepId: { runId: lease.runId, stepId: step.id } },
					update: known,
					create: {
						stepId: step.id,
						position: REVERT_POSITION + (await this.db.runStep.count({ where: { runId: lease.runId } })),
						phase: step.phase ?? "revert",
						where: step.where ?? "node",
						...known,
					},
				},
			},
		});
		this.listener.runChanged(lease.runId);
	}

	async steps(runId: string): Promise<StepRecord[]> {
		const rows = await this.db.runStep.findMany({ where: { runId } });
		return rows.map(({ stepId, state, durationMs, logLine }) => ({ id: stepId, state: stepStateSchema.parse(state), durationMs, logLine }));
	}

	async logEnd(runId: string): ReturnType<RunStore["logEnd"]> {
		const run = await this.db.run.findUniqueOrThrow({
			where: { id: runId },
			select: { logGeneration: true, logBytes: true, logCut: true, logIntake: true },
		});
		const intake = intakeStateSchema.nullable().parse(run.logIntake);
		return {
			generation: run.logGeneration,
			bytes: run.logBytes,
			cut: logCutSchema.nullable().parse(run.logCut),
			intake: intake?.generation === run.logGeneration ? intake : null,
		};
	}

	async beginLog(lease: Lease, generation: number): Promise<void> {
		const empty = { logBytes: 0, logLines: 0, logCut: Prisma.DbNull, logIntake: Prisma.DbNull };
		await this.updateLog(lease, { logGeneration: generation, ...empty }, { logGeneration: generation - 1 });
		this.listener.runChanged(lease.runId);
	}

	async appendLog(lease: Lease, generation: number, offset: number, bytes: Buffer, intake?: IntakeState): Promise<void> {
		const { runId } = lease;
		const run = await this.db.run.findUniqueOrThrow({
			where: { id: runId },
			select: { logGeneration: true, logBytes: true, logLines: true, logCut: true, migrationId: true, nodeName: true },
		});
		let at = run.logBytes;
		let lines = run.logLines;
		let cut = logCutSchema.nullable().parse(run.logCut);
		if (generation !== run.logGeneration || offset > at) throw new LogGapError(runId, run.logGeneration, at);
		if (offset + bytes.length <= at) return;
		let rest = bytes.subarray(at - offset);
		while (rest.length > 0) {
			const last = await this.db.logChunk.findFirst({ where: { runId, generation }, orderBy: { offset: "desc" } });
			const goesOn = last && fitting(rest, CHUNK_BYTES - last.bytes.length) > 0 ? last : null;
			const piece = rest.subarray(0, fitting(rest, CHUNK_BYTES - (goesOn?.bytes.length ?? 0)) || CHUNK_BYTES);
			const begun = countLines(piece);
			const chunks = goesOn
				? {
						update: {
							where: { runId_generation_offset: { runId, generation, offset: goesOn.offset } },
							data: { bytes: Buffer.concat([goesOn.bytes, piece]), lines: goesOn.lines + begun },
						},
					}
				: { create: { generation, offset: at, firstLine: lines + 1, lines: begun, bytes: Uint8Array.from(piece) } };
			const more = await cutFor(at + piece.length, cut, this.logLimitBytes, async (from) => {
				const place = { offset: at, firstLine: lines + 1 };
				const chunk = await this.db.logChunk.findFirst({
					where: { runId, generation, offset: { gte: from } },
					orderBy: { offset: "asc" },
					select: { offset: true, firstLine: true },
				});
				return chunk ?? (goesOn === null && at >= from ? place : null);
			});
			const row = await this.updateLog(
				lease,
				{
					logBytes: at + piece.length,
					logLines: lines + begun,
					...(intake && piece.length === rest.length ? { logIntake: intake } : {}),
					...(more ? { logCut: { ...more } } : {}),
					...(more && !cut ? { events: { create: this.cutEvent(run, runId) } } : {}),
					chunks: {
						...chunks,
						...(more ? { deleteMany: { generation, offset: { gte: cut?.toBytes ?? more.fromBytes, lt: more.toBytes } } } : {}),
					},
				},
				{ logBytes: at, logGeneration: generation },
			);
			if (more && !cut) for (const { id } of row.events) this.listener.eventAppended(id);
			cut = more ?? cut;
			this.listener.logAppended(runId, generation, at, piece);
			at += piece.length;
			lines += begun;
			rest = rest.subarray(piece.length);
		}
		this.listener.runChanged(runId);
	}

	private cutEvent({ migrationId, nodeName }: { migrationId: string; nodeName: string }, runId: string) {
		const limitMiB = Math.round(this.logLimitBytes / MIB);
		const { code, values } = said("run.log-cut", { node: nodeName, limitMiB, path: nodeLogPath(runId) });
		return { migrationId, code, values, at: this.now() };
	}

	async evidence(lease: Lease, name: string, text: string): Promise<void> {
		const where = { runId_name: { runId: lease.runId, name } };
		await this.update(lease, { evidence: { upsert: { where, update: { text }, create: { name, text } } } });
	}

	async leftCordoned(runId: string, markOwner: string): Promise<boolean> {
		const run = await this.db.run.findUnique({ where: { id: runId }, select: { nodeId: true } });
		const where = { id: markOwner, nodeId: run?.nodeId ?? "", cordonedByUs: true };
		return (await this.db.run.count({ where })) > 0;
	}

	async ownCordon(lease: Lease): Promise<void> {
		const { runId, leaseId } = lease;
		const run = await this.db.run.findUnique({ where: { id: runId }, select: { nodeId: true } });
		try {
			await this.db.$transaction([
				this.db.run.update({ where: { id: runId, leaseId }, data: { cordonedByUs: true }, select: { id: true } }),
				this.db.run.updateMany({
					where: { nodeId: run?.nodeId ?? "", id: { not: runId }, cordonedByUs: true },
					data: { cordonedByUs: false },
				}),
			]);
		} catch (error) {
			if (isNotFound(error)) throw new LeaseLostError(runId);
			throw error;
		}
		this.listener.runChanged(runId);
	}

	private async update(lease: Lease, data: Prisma.RunUpdateInput, where: LogEnd = {}) {
		try {
			return await this.db.run.update({ where: { ...where, id: lease.runId, leaseId: lease.leaseId }, data, select: LAST_EVENT });
		} catch (error) {
			if (isNotFound(error)) throw new LeaseLostError(lease.runId);
			throw error;
		}
	}

	/** Tells a lost lease from a log that has gone on meanwhile. */
	private async updateLog(lease: Lease, data: Prisma.RunUpdateInput, where: LogEnd) {
		try {
			return await this.update(lease, data, where);
		} catch (error) {
			if (!(error instanceof LeaseLostError)) throw error;
			const row = await this.db.run.findUnique({
				where: { id: lease.runId, leaseId: lease.leaseId },
				select: { logGeneration: true, logBytes: true },
			});
			throw row ? new LogGapError(lease.runId, row.logGeneration, row.logBytes) : error;
		}
	}

	/** Whoever has lost the lease leaves no trace; a holder's refused wish is on record. */
	private async refuse(lease: Lease, from: RunState, to: RunState): Promise<never> {
		const { runId, leaseId } = lease;
		const row = await this.db.run.findUnique({ where: { id: runId, leaseId }, select: { state: true } });
		if (!row) throw new LeaseLostError(runId);
		await this.note(lease, said("transition.refused", { from, to, found: row.state }));
		throw new TransitionRefusedError(runId, from, to, row.state);
	}

	/** Which of a node's runs was the last one is told by their ends: also where the clock was put back meanwhile, none comes before an earlier one. */
	private async endOf(nodeId: string, at: Date): Promise<Date> {
		const { _max } = await this.db.run.aggregate({ where: { nodeId, state: { in: [...TELLS_OF_NODE] } }, _max: { endedAt: true } });
		return new Date(Math.max(at.getTime(), (_max.endedAt?.getTime() ?? 0) + 1));
	}

	private async migrationOf(runId: string): Promise<string> {
		const row = await this.db.run.findUnique({ where: { id: runId }, select: { migrationId: true } });
		if (!row) throw new LeaseLostError(runId);
		return row.migrationId;
	}
}

type LogEnd = Pick<Prisma.RunWhereUniqueInput, "logBytes" | "logGeneration">;
const OTHER_FOR_THE_ROLLOUT = { migration: { update: { version: { increment: 1 } } } } satisfies Prisma.RunUpdateInput;
const LAST_EVENT = { events: { orderBy: { id: "desc" }, take: 1, select: { id: true } } } as const;

/** What the node is known for from now on. A run that changed nothing leaves what was there. */
function markAfter(run: { direction: string; fromRuntime: string }, to: RunState, mark: string | null): string | null {
	if (isCompletion(run)) {
		if (to === "revert-failed") return to;
		return mark === "revert-failed" && (to === "done" || to === "reverted") ? null : mark;
	}
	const { direction } = run;
	if (to === "done") return direction === "migrate" ? "migrated" : "rolled-back";
	if (to === "revert-failed") return "revert-failed";
	if (to === "reverted" && mark === "revert-failed") return direction === "migrate" ? null : "migrated";
	return mark;
}

/** Nobody will say any more how a step ended that was under way: forward ones when the way back begins, all at the end. */
function unfinishedSteps(to: RunState): Pick<Prisma.RunUpdateInput, "steps"> {
	if (!isFinal(to) && to !== "reverting") return {};
	const forward = isFinal(to) ? {} : { NOT: { stepId: { startsWith: "revert:" } } };
	return { steps: { updateMany: { where: { state: "running", ...forward }, data: { state: "unknown" } } } };
}

function columns(patch: RunPatch): Prisma.RunUpdateInput {
	const json = (value: unknown) => (value === null ? Prisma.DbNull : (value as Prisma.InputJsonValue));
	return {
		...(patch.before === undefined ? {} : { before: json(patch.before) }),
		...(patch.waiting === undefined ? {} : { waiting: json(patch.waiting) }),
		...(patch.result === undefined ? {} : { result: json(patch.result) }),
		...(patch.cordonedByUs === undefined ? {} : { cordonedByUs: patch.cordonedByUs }),
		...(patch.verified === undefined ? {} : { verified: patch.verified }),
		...(patch.revertAt === undefined ? {} : { revertAt: patch.revertAt }),
		...(patch.seenAt === undefined ? {} : { seenAt: patch.seenAt }),
		...(patch.hold === undefined ? {} : { hold: patch.hold?.kind ?? null, holdSince: json(patch.hold?.since ?? null), holdAnswer: null }),
	};
}

/** How many of `bytes` go into `room`: all, or as many lines as end there. */
function fitting(bytes: Buffer, room: number): number {
	return bytes.length <= room ? bytes.length : room <= 0 ? 0 : bytes.subarray(0, room).lastIndexOf(10) + 1;
}

/** Lines are counted where they end. */
function countLines(bytes: Uint8Array): number {
	let count = 0;
	for (const byte of bytes) if (byte === 10) count += 1;
	return count;
}

function isNotFound(error: unknown): boolean {
	return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025";
}
