import type { CheckState } from "../../lib/contracts/draft.ts";
import type { EventHub } from "../events/hub.ts";

/**
 * How far preflight has come with the nodes of each draft, for whoever looks at it. In memory: a restart ends the preflight too, and
 * what it comes to is kept by the plan.
 */
export class Checks {
	readonly #running = new Map<string, { states: Map<string, CheckState>; open: number }>();

	constructor(private readonly hub: EventHub) {}

	/** Each of the nodes waits. Returns what is told of one node, and how to end it. */
	begin(draftId: string, nodeIds: readonly string[]): { tell: (nodeId: string, state: CheckState) => void; end: () => void } {
		const known = this.#running.get(draftId);
		const check = known ?? { states: new Map<string, CheckState>(), open: 0 };
		check.open += 1;
		for (const id of nodeIds) check.states.set(id, "waiting");
		this.#running.set(draftId, check);
		this.hub.publish({ type: "check", draftId, states: Object.fromEntries(check.states) });
		return {
			tell: (nodeId, state) => {
				check.states.set(nodeId, state);
				this.hub.publish({ type: "check", draftId, states: { [nodeId]: state } });
			},
			end: () => {
				check.open -= 1;
				if (check.open > 0) return;
				this.#running.delete(draftId);
				this.hub.publish({ type: "check", draftId, states: null });
			},
		};
	}

	/** By node id; null where none is under way. */
	of(draftId: string): Record<string, CheckState> | null {
		const check = this.#running.get(draftId);
		return check ? Object.fromEntries(check.states) : null;
	}
}
