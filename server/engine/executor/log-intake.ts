import { createHash, type Hash } from "node:crypto";
import type { Message } from "../../../lib/contracts/finding.ts";
import type { Phase } from "../../../lib/contracts/plan.ts";
import type { StepState } from "../../../lib/contracts/run.ts";
import { Queue } from "../../db/queue.ts";
import { type Marker, MarkerReader, REVERT_PREFIX } from "../../logs/markers.ts";
import { said } from "../codes.ts";
import { LogGapError } from "../errors.ts";
import type { RunContext } from "./context.ts";

/** A step as the log tells of it. */
interface ToldStep {
	state: StepState;
	logLine: number | null;
	durationMs: number | null;
}

/**
 * The one way of a run's log into the record: bytes are stored once and in order whoever brings them, and what their marker lines
 * say becomes steps, notes and causes. A new intake reads what is stored, so that it knows what an earlier one knew; rows that agree
 * already are left as they are, with their times.
 */
export class LogIntake {
	/** What the scripts said about their own failure, oldest first. */
	readonly causes: Message[] = [];
	readonly #queue = new Queue();
	readonly #noted: Set<number>;
	#generation: number;
	#offset = 0;
	#hash: Hash = createHash("sha256");
	#reader: MarkerReader;
	#markers: Marker[] = [];

	private constructor(
		private readonly context: RunContext,
		generation: number,
		noted: Set<number>,
	) {
		this.#generation = generation;
		this.#noted = noted;
		this.#reader = this.#newReader();
	}

	static async open(context: RunContext): Promise<LogIntake> {
		const { store, storedLog } = context.ports;
		const runId = context.run.id;
		const { generation } = await store.logEnd(runId);
		const intake = new LogIntake(context, generation, await store.notedLines(runId));
		for await (const bytes of storedLog(runId, generation)) intake.#know(bytes);
		await intake.#recordAgain();
		return intake;
	}

	/** What is stored: compared with the node's log where that may be another one. */
	get held(): { generation: number; offset: number; sha256: string } {
		return { generation: this.#generation, offset: this.#offset, sha256: this.#hash.copy().digest("hex") };
	}

	get offset(): number {
		return this.#offset;
	}

	/** Bytes of the node's log from `offset` on. What is stored already is passed over; a gap throws LogGapError. */
	take(generation: number, offset: number, bytes: Buffer): Promise<void> {
		return this.#queue.run(async () => {
			if (generation !== this.#generation || offset > this.#offset) {
				throw new LogGapError(this.context.run.id, this.#generation, this.#offset);
			}
			const fresh = bytes.subarray(this.#offset - offset);
			if (fresh.length === 0) return;
			await this.context.ports.store.appendLog(this.context.lease, this.#generation, this.#offset, fresh);
			this.#know(fresh);
			for (const marker of this.#markers.splice(0)) await this.#record(marker);
		});
	}

	/** The log on the node is another than `generation`: what follows is read from its beginning. Does nothing where that is known. */
	beginAnew(generation: number): Promise<void> {
		return this.#queue.run(async () => {
			if (generation !== this.#generation) return;
			const { context } = this;
			await context.ports.store.beginLog(context.lease, generation + 1);
			this.#generation = generation + 1;
			this.#offset = 0;
			this.#hash = createHash("sha256");
			this.#reader = this.#newReader();
			this.#noted.clear();
			await context.note(said("run.log-began-anew", { node: context.run.nodeName, generation: this.#generation }));
		});
	}

	#newReader(): MarkerReader {
		return new MarkerReader(this.context.run.id, (marker) => this.#markers.push(marker));
	}

	#know(bytes: Uint8Array): void {
		this.#reader.push(bytes);
		this.#hash.update(bytes);
		this.#offset += bytes.length;
	}

	async #record(marker: Marker): Promise<void> {
		const { store } = this.context.ports;
		const { lease } = this.context;
		switch (marker.kind) {
			case "begin":
				return store.step(lease, { id: marker.step, state: "running", logLine: marker.line, ...this.#placeOf(marker.step) });
			case "end":
				return store.step(lease, {
					id: marker.step,
					state: stateOf(marker.outcome),
					...(marker.durationMs === null ? {} : { durationMs: marker.durationMs }),
					...this.#placeOf(marker.step),
				});
			case "cause":
				this.causes.push(this.#message(marker));
				return;
			case "note":
				if (!this.#noted.has(marker.line)) await this.context.note(this.#message(marker));
				this.#noted.add(marker.line);
				return;
			case "stop":
				return;
			default:
				return marker satisfies never;
		}
	}

	/** The stored log once more, for this intake's own knowledge; of its effects only those that are missing. */
	async #recordAgain(): Promise<void> {
		const { store } = this.context.ports;
		const told = new Map<string, ToldStep>();
		for (const marker of this.#markers.splice(0)) {
			if (marker.kind === "begin") told.set(marker.step, { state: "running", logLine: marker.line, durationMs: null });
			else if (marker.kind === "end") {
				told.set(marker.step, {
					state: stateOf(marker.outcome),
					logLine: told.get(marker.step)?.logLine ?? null,
					durationMs: marker.durationMs,
				});
			} else await this.#record(marker);
		}
		const rows = new Map((await store.steps(this.context.run.id)).map((row) => [row.id, row]));
		for (const [id, step] of told) {
			const row = rows.get(id);
			const agrees = row?.state === step.state && row.logLine === step.logLine && row.durationMs === step.durationMs;
			// Given up as unknown when the way back began, and rightly: nothing more was ever said of it.
			const givenUp = row?.state === "unknown" && step.state === "running" && row.logLine === step.logLine;
			if (agrees || givenUp) continue;
			await store.step(this.context.lease, {
				id,
				state: step.state,
				...(step.logLine === null ? {} : { logLine: step.logLine }),
				...(step.durationMs === null ? {} : { durationMs: step.durationMs }),
				...this.#placeOf(id),
			});
		}
	}

	#message(marker: Marker & { kind: "note" | "cause" }): Message {
		return { code: `node.${marker.code}`, values: { ...marker.values, line: marker.line, node: this.context.run.nodeName } };
	}

	#placeOf(step: string): { phase: Phase | "revert"; where: "node" } {
		if (step.startsWith(REVERT_PREFIX)) return { phase: "revert", where: "node" };
		return { phase: this.context.run.plan.steps.find((planned) => planned.id === step)?.phase ?? "cutover", where: "node" };
	}
}

function stateOf(outcome: "ok" | "skip" | "fail"): StepState {
	return outcome === "ok" ? "ok" : outcome === "skip" ? "skipped" : "failed";
}
