import type { HoldAnswer } from "../../../lib/contracts/run.ts";
import type { NodeMoment, NodeRunStatus } from "../../remote/status.ts";
import type { RunContext } from "./context.ts";

/**
 * A node that verified itself and that the cluster does not show, where the policy has a person look at it before it goes back. Its
 * beginning is kept with the run by the node's uptime: neither a console that restarts nor a clock that jumps begins it anew.
 * The armed revert stays what it is: where no console is there to put it off, the node goes back by itself, held or not.
 */
export class Hold {
	/** The node's uptime as last read, and when by the console's own monotonic clock. */
	#seen: NodeMoment & { atMs: number };
	/** When it is over, by the console's monotonic clock; null while it is not held. */
	#endsMs: number | null = null;
	/** For how long the look that a person asked for goes on already; null where it is the first one. */
	readonly secondsLooking: number | null = null;

	constructor(
		private readonly context: RunContext,
		{ now }: Pick<NodeRunStatus, "now">,
	) {
		this.#seen = { ...now, atMs: context.ports.monotonicMs() };
		const known = context.run.hold;
		if (!known) return;
		// Where the machine restarted, its boot unit takes it back: no decision is waited for here.
		const forS = known.since.bootId === now.bootId ? Math.max(0, now.uptimeS - known.since.uptimeS) : 0;
		if (known.kind === "looking-again") this.secondsLooking = forS;
		else this.#endsAfter(forS);
	}

	/** Whole seconds until it goes back by itself; null while it is not held. */
	get leftS(): number | null {
		return this.#endsMs === null ? null : Math.max(0, Math.ceil((this.#endsMs - this.context.ports.monotonicMs()) / 1000));
	}

	/** What a person has answered; null while it is not held. Cheap: one row. */
	async answer(): Promise<HoldAnswer | null> {
		return this.#endsMs === null ? null : this.context.ports.store.holdAnswer(this.context.run.id);
	}

	saw(now: NodeMoment): void {
		this.#seen = { ...now, atMs: this.context.ports.monotonicMs() };
	}

	async begin(): Promise<void> {
		await this.context.patch({ hold: { kind: "held", since: this.#nodeNow() } });
		this.#endsAfter(0);
	}

	/** A person's answer is taken up with it. */
	async lookAgain(): Promise<void> {
		await this.context.patch({ hold: { kind: "looking-again", since: this.#nodeNow() } });
		this.#endsMs = null;
	}

	#endsAfter(heldForS: number): void {
		const { context } = this;
		this.#endsMs = context.ports.monotonicMs() + (context.run.policy.rollout.holdS - heldForS) * 1000;
	}

	/** Also while the node does not answer. */
	#nodeNow(): NodeMoment {
		const { bootId, uptimeS, atMs } = this.#seen;
		return { bootId, uptimeS: Math.round(uptimeS + (this.context.ports.monotonicMs() - atMs) / 1000) };
	}
}
