import type { Logger } from "pino";
import type { Message } from "../../lib/contracts/finding.ts";
import { said } from "./codes.ts";
import { asMessage } from "./executor/failure.ts";
import { type GateAnswer, LookingGate } from "./looking-gate.ts";

export interface ControlPlaneGateOptions {
	/** What etcd or the API server lacks, as the node of this run tells it; null where nothing. Throws where nobody tells. */
	controlPlaneLacks: (runId: string, signal: AbortSignal) => Promise<Message | null>;
	/** A look that was not waited for has ended. */
	onLooked: () => void;
	monotonicMs: () => number;
	log: Logger;
}

/** A migration that would end now. */
export interface AtEnd {
	migrationId: string;
	/** Of the last control plane node that went. */
	runId: string;
	nodeName: string;
	/** So long it is waited for. */
	limitS: number;
}

/** From one look's end to the next one's start: as a node waits that is to go out. */
const LOOK_EVERY_MS = 5_000;

/** Whoever is not asked about for so long begins its time anew: meanwhile something else kept it from its end. */
const FORGET_MS = 30_000;

interface Watch {
	runId: string;
	askedMs: number;
	/** Since when each look has found something lacking. */
	illMs: number | null;
	pending: Promise<void> | null;
	look: { begunMs: number; endedMs: number; told: Message | null } | null;
}

/** The gate after the last control plane node: what each further one would have waited for before it goes out. */
export class ControlPlaneGate extends LookingGate<Watch> {
	constructor(private readonly options: ControlPlaneGateOptions) {
		super(options.onLooked);
	}

	/** Whether the migration may end now; an answer takes a second at most. */
	async ask(at: AtEnd): Promise<GateAnswer> {
		const nowMs = this.options.monotonicMs();
		const known = this.watches.get(at.migrationId);
		const goesOn = known?.runId === at.runId && nowMs - known.askedMs <= FORGET_MS;
		const watch: Watch = goesOn ? known : { runId: at.runId, askedMs: nowMs, illMs: null, pending: null, look: null };
		watch.askedMs = nowMs;
		this.watches.set(at.migrationId, watch);
		const due = !watch.look || nowMs - watch.look.endedMs >= LOOK_EVERY_MS;
		if (!watch.pending && due) await this.waitBriefly(watch, this.#look(watch, at));
		const { look, illMs } = watch;
		if (!look) return { kind: "closed", told: null };
		if (!look.told) return { kind: "open" };
		const { because, ...values } = look.told.values;
		const lacks = { node: at.nodeName, because: because ?? look.told.code };
		return look.begunMs - (illMs ?? look.begunMs) >= at.limitS * 1_000
			? { kind: "overdue", told: said("migration.held-for-control-plane", { ...lacks, limitS: at.limitS }, values), owners: [] }
			: { kind: "closed", told: said("migration.waiting-for-control-plane", lacks, values) };
	}

	async #look(watch: Watch, { runId, migrationId }: AtEnd): Promise<void> {
		const { monotonicMs, controlPlaneLacks, log } = this.options;
		const begunMs = monotonicMs();
		let told: Message | null;
		try {
			told = await controlPlaneLacks(runId, this.stopping);
		} catch (error) {
			if (this.stopping.aborted) return;
			log.warn({ err: error, migrationId }, "how the control plane is, is not known");
			told = asMessage(error);
		}
		watch.illMs = told ? (watch.illMs ?? begunMs) : null;
		watch.look = { begunMs, endedMs: monotonicMs(), told };
		watch.pending = null;
	}
}
