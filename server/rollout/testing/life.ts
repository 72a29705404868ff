import type { Direction } from "../../../lib/contracts/plan.ts";
import type { CountOrPercent, Gate, RolloutPolicy } from "../../../lib/contracts/rollout.ts";
import type { MigrationState, RunState } from "../../../lib/contracts/run.ts";
import { atMost } from "../../../lib/rollout-share.ts";
import type { Rollout, RolloutAction, RolloutRun } from "../decide.ts";
import { inOrder, type OrderedNode } from "../order.ts";

const MINUTE_MS = 60_000;
const MOST_ATTEMPTS = 3;
const ENDED: readonly RunState[] = ["done", "failed", "cancelled", "reverted", "revert-failed", "not-started", "skipped"];

export interface LifeNode extends OrderedNode {
	controlPlane: boolean;
}

export interface LifeSetting {
	nodes: readonly LifeNode[];
	/** Not there from the beginning: a person may add them. */
	added: readonly LifeNode[];
	policy: RolloutPolicy;
	maxUnavailable: CountOrPercent;
	direction: Direction;
	prepareOnly: boolean;
	/** What chance brings, the same each time. */
	seed: number;
}

/** A run, and what really became of it: by it a test knows what the rollout must not do, without asking the rollout. */
export interface LifeRun extends RolloutRun {
	attempt: number;
}

/** A migration as it goes: what the rollout answers is done, and between two looks workers, nodes and people do what chance has them do. */
export class Life {
	state: MigrationState = "running";
	readonly runs: LifeRun[] = [];
	readonly passed: Gate[] = [];
	policy: RolloutPolicy;
	maxUnavailable: CountOrPercent;
	prepareOnly: boolean;
	approved = true;
	rollingBack = false;
	/** The run whose being held holds it. */
	heldFor: string | null = null;
	pods: NonNullable<Rollout["pods"]> = "open";
	heldAtGate = false;
	/** The question that it pauses with. */
	asked: Gate | null = null;
	otherUnavailable = 0;
	otherControlPlaneOut = false;
	unavailableKnown = true;
	nowMs = Date.parse("2026-03-01T12:00:00Z");
	readonly #chance: () => number;
	readonly #toAdd: LifeNode[];

	constructor(private readonly setting: LifeSetting) {
		this.policy = setting.policy;
		this.maxUnavailable = setting.maxUnavailable;
		this.prepareOnly = setting.prepareOnly;
		this.#toAdd = [...setting.added];
		this.#chance = chanceOf(setting.seed);
		const ordered = inOrder(setting.nodes, setting.policy, setting.policy.canary?.nodeIds ?? []);
		for (const [position, node] of ordered.entries()) this.#add(node.id, node.controlPlane, position, 1, "queued");
	}

	/** Each node's last attempt, as the rollout gets them. */
	get newest(): LifeRun[] {
		return this.runs.filter((run) => !this.runs.some((other) => other.nodeId === run.nodeId && other.attempt > run.attempt));
	}

	get rollout(): Rollout {
		const runs = this.newest;
		return {
			state: this.state,
			direction: this.setting.direction,
			maxUnavailable: this.places,
			prepareOnly: this.prepareOnly,
			policy: this.policy,
			approved: this.approved,
			rollingBack: this.rollingBack,
			heldFor: this.heldFor,
			heldAtGate: this.heldAtGate,
			pods: this.pods,
			passed: [...this.passed],
			runs: runs.map((run) => ({ ...run })),
			otherUnavailable: this.otherUnavailable,
			otherControlPlaneOut: this.otherControlPlaneOut,
			unavailableKnown: this.unavailableKnown,
			nowMs: this.nowMs,
		};
	}

	get places(): number {
		return atMost(this.maxUnavailable, this.newest.filter((run) => run.state !== "skipped").length);
	}

	/** As the coordinator does. */
	carryOut(actions: readonly RolloutAction[]): void {
		for (const action of actions) {
			if (action.kind === "prepare") this.#become(action.runId, "preparing");
			else if (action.kind === "go-out") this.#become(action.runId, "draining");
			else if (action.kind === "never-start") {
				const run = this.#run(action.runId);
				this.#become(run.id, run.state === "queued" ? "not-started" : "cleaning");
			} else if (action.kind === "hold") {
				this.state = "held";
				this.rollingBack = this.policy.onFailures === "roll-back" && this.setting.direction === "migrate";
				this.heldFor = this.#run(action.because).held ? action.because : null;
			} else if (action.kind === "hold-for-pods") {
				this.state = "held";
				this.heldAtGate = true;
			} else if (action.kind === "go-on") {
				this.state = "running";
				this.heldFor = null;
			} else if (action.kind === "end") this.state = action.state;
			else {
				this.state = "paused";
				this.asked = action.kind === "ask" ? action.gate : null;
			}
		}
	}

	/** What happens until the next look. */
	happens(): void {
		this.nowMs += this.#upTo(20) * MINUTE_MS;
		for (const run of this.newest) this.#work(run);
		if (this.#once(5)) this.#outside();
		if (this.#once(4)) this.#person();
	}

	/** From now on nothing hinders: people let it go on, nodes elsewhere are well, time passes. */
	goesWell(): void {
		this.nowMs += 45 * MINUTE_MS;
		this.otherUnavailable = 0;
		this.otherControlPlaneOut = false;
		this.unavailableKnown = true;
		this.approved = true;
		this.pods = "open";
		for (const run of this.runs) run.unavailable = false;
		for (const run of this.newest) this.#forward(run);
		this.#goOn();
	}

	#goOn(): void {
		this.rollingBack = false;
		this.heldFor = null;
		this.heldAtGate = false;
		if (this.state === "held") for (const run of this.newest) run.failureSeen ||= run.held || ENDED.includes(run.state);
		// Whoever lets it go on takes the pods as they are.
		if (this.state === "held") this.pods = "open";
		if (this.state === "held" || this.state === "paused") {
			this.prepareOnly = false;
			this.passed.push(...(["canary", "control-plane"] as const).filter((gate) => !this.passed.includes(gate) && this.asked === gate));
			this.asked = null;
			this.state = "running";
		}
	}

	#work(run: LifeRun): void {
		if (!this.#once(2)) return;
		// Held until a person has looked at it, and now and then the cluster shows it after all.
		if (run.held && !run.called && !this.#once(4)) return;
		if (run.state === "verifying" && !run.held && !run.called && this.#once(12)) {
			run.held = true;
			return;
		}
		if (run.state === "preparing" && !run.called && this.#once(run.silent ? 4 : 8)) {
			run.silent = !run.silent;
			return;
		}
		if (run.silent) return;
		const to = this.#calledBackTo(run) ?? (this.#once(7) ? this.#failing(run) : null);
		if (to) this.#become(run.id, to);
		else this.#forward(run);
	}

	#calledBackTo({ called, state }: LifeRun): RunState | null {
		if (called && ["preparing", "prepared", "draining"].includes(state)) return "cleaning";
		return called && ["cutover", "verifying"].includes(state) ? "reverting" : null;
	}

	/** Where it goes when something goes wrong. */
	#failing({ state }: LifeRun): RunState | null {
		if (state === "preparing" || state === "draining") return "cleaning";
		if (state === "cutover") return this.#once(4) ? "revert-failed" : "reverting";
		if (state === "verifying") return "reverting";
		if (state === "reverting") return this.#once(2) ? "revert-failed" : "finishing";
		return state === "revert-failed" ? "reverted" : null;
	}

	#forward(run: LifeRun): void {
		const next: Partial<Record<RunState, RunState>> = {
			preparing: "prepared",
			draining: "cutover",
			cutover: "verifying",
			verifying: "finishing",
			finishing: "done",
			reverting: "reverted",
			cleaning: run.called ? "cancelled" : this.state === "stopping" || this.state === "cancelling" ? "not-started" : "failed",
		};
		const to = next[run.state];
		if (to) this.#become(run.id, to);
	}

	/** What the cluster and the rest of the world do. */
	#outside(): void {
		const run = this.#any(this.newest);
		const what = this.#upTo(6);
		if (what === 0 && run) run.unavailable = !run.unavailable;
		else if (what === 1) this.otherUnavailable = this.#upTo(2);
		else if (what === 2) this.otherControlPlaneOut = !this.otherControlPlaneOut;
		else if (what === 3) this.unavailableKnown = !this.unavailableKnown;
		else if (what === 4) this.approved = !this.approved;
		else if (what === 5) this.pods = this.#any(["open", "closed", "overdue"]) ?? "open";
		else this.nowMs += this.#upTo(8) * 60 * MINUTE_MS;
	}

	#person(): void {
		const active = ["running", "paused", "held"].includes(this.state);
		const what = this.#upTo(11);
		const run = this.#any(this.newest);
		if (what === 0 && this.state === "running") this.state = "paused";
		else if (what <= 3 && (this.state === "paused" || (this.state === "held" && !this.rollingBack))) this.#goOn();
		else if (what === 4) this.rollingBack = false;
		else if (what === 5 && active && this.#once(4)) this.state = "stopping";
		else if (what === 6 && (active || this.state === "stopping") && this.#once(4)) {
			this.state = "cancelling";
			for (const one of this.newest) this.#callBack(one);
		} else if (what === 7 && run && active) {
			if (run.state === "queued") this.#become(run.id, "cancelled");
			else this.#callBack(run);
		} else if (what === 8) this.#tryAgain(["failed", "reverted", "cancelled"]);
		else if (what === 9) this.#tryAgain(["not-started"]);
		else if (what === 10 && active) this.#pace();
		else if (what === 11 && this.state === "paused") {
			const node = this.#toAdd.shift();
			const position = Math.max(...this.runs.map((one) => one.position)) + 1;
			if (node) this.#add(node.id, node.controlPlane, position, 1, this.#once(4) ? "skipped" : "queued");
		}
	}

	#callBack(run: LifeRun): void {
		run.called ||= ["preparing", "prepared", "draining", "cutover", "verifying"].includes(run.state);
	}

	#pace(): void {
		this.maxUnavailable = this.#any<CountOrPercent>([1, 2, 3, "20%", "50%"]) ?? 1;
		this.policy = {
			...this.policy,
			batchSize: this.#any<CountOrPercent | null>([null, 1, 2, "30%"]) ?? null,
			pauseS: this.#upTo(1) * 1_800,
			maxFailures: this.#upTo(2),
			prepareConcurrency: 1 + this.#upTo(2),
		};
	}

	#tryAgain(states: readonly RunState[]): void {
		if (this.rollingBack || !["running", "paused", "held", "done", "done-with-failures", "cancelled"].includes(this.state)) return;
		const runs = this.newest.filter((run) => states.includes(run.state) && run.attempt < MOST_ATTEMPTS);
		for (const { nodeId, controlPlane, position, attempt } of runs) this.#add(nodeId, controlPlane, position, attempt + 1, "queued");
		if (runs.length === 0 || this.state === "paused") return;
		this.state = "running";
		this.heldAtGate = false;
	}

	#add(nodeId: string, controlPlane: boolean, position: number, attempt: number, state: RunState): void {
		const rest = { unavailable: false, held: false, silent: false, failureSeen: false, wentOut: false, endedMs: null, called: false };
		this.runs.push({ id: `${nodeId}.${attempt}`, nodeId, controlPlane, position, attempt, state, ...rest });
	}

	#become(id: string, state: RunState): void {
		const run = this.#run(id);
		run.state = state;
		run.held = false;
		run.silent = false;
		run.wentOut ||= state === "draining";
		if (ENDED.includes(state)) run.endedMs = this.nowMs;
	}

	#run(id: string): LifeRun {
		const run = this.runs.find((one) => one.id === id);
		if (!run) throw new Error(`there is no run ${id}`);
		return run;
	}

	#upTo(most: number): number {
		return Math.floor(this.#chance() * (most + 1));
	}

	#once(inHowMany: number): boolean {
		return this.#upTo(inHowMany - 1) === 0;
	}

	#any<T>(all: readonly T[]): T | undefined {
		return all[this.#upTo(all.length - 1)];
	}
}

/** Numbers from 0 up to 1, the same for the same seed: a generator with 32 bits of state, stirred by multiplication. */
function chanceOf(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x9e3779b9) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
		mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
		return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
	};
}
