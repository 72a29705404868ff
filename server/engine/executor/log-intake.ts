import type { Message } from "../../../lib/contracts/finding.ts";
import type { Phase } from "../../../lib/contracts/plan.ts";
import type { StepState } from "../../../lib/contracts/run.ts";
import { Sha256 } from "../../../lib/sha256.ts";
import { Queue } from "../../db/queue.ts";
import type { IntakeState } from "../../logs/intake-state.ts";
import { type Marker, type MarkerPlace, MarkerReader, REVERT_PREFIX } from "../../logs/markers.ts";
import { Redactor } from "../../logs/redactor.ts";
import { type KnownSecrets, knownSecrets } from "../../logs/secret-patterns.ts";
import { said } from "../codes.ts";
import { LogGapError } from "../errors.ts";
import type { RunContext } from "./context.ts";

/** A step as the log tells of it. */
interface ToldStep {
	state: StepState;
	logLine: number | null;
	durationMs: number | null;
}

/** So many causes are kept from before: the first says why, the last how it ended. */
const CAUSES = { first: 8, last: 8 };

/**
 * The one way of a run's log into the record: bytes are masked, stored once and in order whoever brings them, and what their marker
 * lines say becomes steps, notes and causes. A new intake goes on where an earlier one stood; of what is stored from there on it
 * records what is missing, and rows that agree already are left as they are, with their times.
 */
export class LogIntake {
	/** What the scripts said about their own failure, oldest first. */
	readonly causes: Message[];
	readonly #queue = new Queue();
	readonly #noted: Set<number>;
	#generation: number;
	/** The node's bytes up to here were taken in. */
	#offset: number;
	#hash: Sha256;
	/** What the redactor gave ends here: behind `#offset` by a line that has not ended. */
	#masked: number;
	#redactor: Redactor;
	/** What is stored ends here, and what is to be stored next. */
	#stored: number;
	#pending: Buffer[] = [];
	#reader: MarkerReader;
	#markers: Marker[] = [];
	/** Stored with the next bytes: where another intake has to begin so that nothing which is not on record yet is passed over. */
	#state: IntakeState;
	/** The beginning of the newest line, as far as bytes were taken in. */
	#newest: Pick<IntakeState, "line" | "hash" | "keyPart" | "taken">;

	private constructor(
		private readonly context: RunContext,
		private readonly known: KnownSecrets,
		state: IntakeState,
		stored: number,
		noted: Set<number>,
	) {
		this.#noted = noted;
		this.causes = [...state.causes];
		this.#state = state;
		this.#newest = state;
		this.#generation = state.generation;
		this.#offset = state.hash.length;
		this.#hash = Sha256.from(state.hash);
		this.#masked = state.line;
		this.#redactor = new Redactor(context.run.id, known, state.keyPart);
		this.#stored = stored;
		this.#reader = this.#newReader(state.markers);
	}

	static async open(context: RunContext): Promise<LogIntake> {
		const { store, storedLog, secrets } = context.ports;
		const { id, nodeId } = context.run;
		const { generation, bytes, cut, intake: state } = await store.logEnd(id);
		const known = knownSecrets(await secrets(nodeId));
		const intake = new LogIntake(context, known, state ?? beginning(generation), bytes, await store.notedLines(id));
		let from = intake.#state.line;
		if (cut && from >= cut.fromBytes && from < cut.toBytes) {
			from = cut.toBytes;
			intake.#reader.skipTo(cut.toLine);
		}
		for await (const piece of storedLog(id, generation, from)) intake.#reader.push(piece);
		await intake.#recordAgain();
		return intake;
	}

	/** What was taken in: compared with the node's log where that may be another one. */
	get held(): { generation: number; offset: number; sha256: string } {
		const { taken } = this.#state;
		// Read again, but not yet as far as it was read before.
		if (taken.offset >= this.#offset) return { generation: this.#generation, ...taken };
		return { generation: this.#generation, offset: this.#offset, sha256: this.#hash.hex() };
	}

	get generation(): number {
		return this.#generation;
	}

	/** Where the node's log is to be read on: never after the end of what is stored, and before it after a restart. */
	get offset(): number {
		return this.#offset;
	}

	/** Bytes of the node's log from `offset` on. What was taken in already is passed over; a gap throws LogGapError. */
	take(generation: number, offset: number, bytes: Buffer): Promise<void> {
		return this.#queue.run(async () => {
			if (generation !== this.#generation || offset > this.#offset) {
				throw new LogGapError(this.context.run.id, this.#generation, this.#offset);
			}
			// What could not be stored before goes first: what waits stays as short as one piece.
			await this.#store();
			const fresh = bytes.subarray(this.#offset - offset);
			if (fresh.length === 0) return;
			this.#mask(fresh);
			await this.#store();
		});
	}

	/** All that was taken in is stored, also a last line that has no end. For a script that has ended. */
	settle(): Promise<void> {
		return this.#queue.run(async () => {
			await this.#store();
			this.#give(this.#redactor.settle());
			await this.#store();
		});
	}

	/** The log on the node is another than `generation`: what follows is read from its beginning. Does nothing where that is known. */
	beginAnew(generation: number): Promise<void> {
		return this.#queue.run(async () => {
			if (generation !== this.#generation) return;
			const { context } = this;
			await context.ports.store.beginLog(context.lease, generation + 1);
			const state = beginning(generation + 1);
			this.#state = { ...state, causes: bounded(this.causes) };
			this.#newest = state;
			this.#generation = generation + 1;
			this.#offset = 0;
			this.#hash = new Sha256();
			this.#masked = 0;
			this.#redactor = new Redactor(context.run.id, this.known);
			this.#stored = 0;
			this.#pending = [];
			this.#reader = this.#newReader();
			this.#markers = [];
			this.#noted.clear();
			await context.note(said("run.log-began-anew", { node: context.run.nodeName, generation: this.#generation }));
		});
	}

	#newReader(from?: MarkerPlace): MarkerReader {
		return new MarkerReader(this.context.run.id, (marker) => this.#markers.push(marker), from);
	}

	#mask(bytes: Buffer): void {
		// The hash may stand up to 63 bytes before the line that the redactor begins with.
		const before = Math.max(0, Math.min(bytes.length, this.#state.line - this.#offset));
		const masked = this.#redactor.push(this.#offset < this.#state.line ? bytes.subarray(before) : bytes);
		const end = bytes.lastIndexOf(10) + 1;
		this.#hash.update(bytes.subarray(0, end));
		const line = this.#offset + end;
		if (end > 0 && line >= this.#newest.line) {
			const hash = this.#hash.midstate();
			const taken = { offset: line, sha256: this.#hash.hex() };
			this.#newest = { line, hash, keyPart: this.#redactor.keyPart, taken };
		}
		this.#hash.update(bytes.subarray(end));
		this.#offset += bytes.length;
		this.#give(masked);
	}

	/** What is stored already, by an intake before this one, is passed over. */
	#give(masked: Buffer): void {
		const waiting = this.#pending.reduce((sum, piece) => sum + piece.length, 0);
		const fresh = masked.subarray(Math.max(0, Math.min(masked.length, this.#stored + waiting - this.#masked)));
		this.#masked += masked.length;
		if (fresh.length > 0) this.#pending.push(fresh);
	}

	async #store(): Promise<void> {
		const { store } = this.context.ports;
		const { lease } = this.context;
		while (this.#pending[0]) {
			const piece = this.#pending[0];
			const taken = this.#newest.taken.offset > this.#state.taken.offset ? this.#newest.taken : this.#state.taken;
			await store.appendLog(lease, this.#generation, this.#stored, piece, { ...this.#state, taken });
			this.#state = { ...this.#state, taken };
			this.#pending.shift();
			this.#stored += piece.length;
			this.#reader.push(piece);
		}
		for (let marker = this.#markers[0]; marker; marker = this.#markers[0]) {
			await this.#record(marker);
			this.#markers.shift();
		}
		// Behind what is stored the reader is ahead of the redactor, and the two say nothing of one place.
		if (this.#masked < this.#stored || this.#newest.line < this.#state.line) return;
		this.#state = {
			generation: this.#generation,
			...this.#newest,
			taken: this.#state.taken,
			markers: this.#reader.place,
			causes: bounded(this.causes),
		};
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

	/** What the stored log says after the place where this intake begins; of its effects only those that are missing. */
	async #recordAgain(): Promise<void> {
		const { store } = this.context.ports;
		const told = new Map<string, ToldStep>();
		for (const marker of this.#markers.splice(0)) {
			if (marker.kind === "begin") told.set(marker.step, { state: "running", logLine: marker.line, durationMs: null });
			else if (marker.kind === "end") {
				const { step, outcome, durationMs } = marker;
				told.set(step, { state: stateOf(outcome), logLine: this.#reader.begunAt(step), durationMs });
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

function beginning(generation: number): IntakeState {
	const hash = new Sha256();
	return {
		generation,
		line: 0,
		hash: hash.midstate(),
		keyPart: "outside",
		markers: { line: 0, reverting: false, begun: {} },
		causes: [],
		taken: { offset: 0, sha256: hash.hex() },
	};
}

function bounded(causes: readonly Message[]): Message[] {
	if (causes.length <= CAUSES.first + CAUSES.last) return [...causes];
	return [...causes.slice(0, CAUSES.first), ...causes.slice(-CAUSES.last)];
}

function stateOf(outcome: "ok" | "skip" | "fail"): StepState {
	return outcome === "ok" ? "ok" : outcome === "skip" ? "skipped" : "failed";
}
