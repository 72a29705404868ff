import type { Fleet } from "../../fleet/fleet.ts";
import { type RebootCase, takeFor, type Walk } from "../reboots/matrix.ts";
import type { RebootOutcome } from "../reboots/table.ts";
import { SCENARIOS, type Scenario } from "../scenario.ts";
import { RebootLine } from "./reboot-line.ts";

/** All nodes of a fleet at once, each with a console of its own. */
export class RebootRun {
	readonly #lines: RebootLine[];

	constructor(fleet: Fleet, folder: string, options: { fresh: boolean }) {
		this.#lines = fleet.nodes.map((node) => new RebootLine(fleet, node, folder, options));
	}

	/** The boundaries of each scenario where nothing goes wrong. */
	async walks(scenarios: readonly Scenario[] = SCENARIOS): Promise<Walk[]> {
		const left = scenarios.map((scenario) => ({ scenario }));
		const walks: Walk[] = [];
		await this.#onLines(
			left,
			() => false,
			async (line, { scenario }) => {
				walks.push(await line.walk(scenario));
			},
		);
		return walks;
	}

	/** Runs cases until there is none left or `late` says so, and tells of each as it ends. What is left stays in `left`. */
	async cases(left: RebootCase[], late: () => boolean, onEnd: (outcome: RebootOutcome) => void): Promise<void> {
		await this.#onLines(left, late, async (line, tried) => onEnd(await line.run(tried)));
	}

	async close(): Promise<void> {
		await Promise.all(this.#lines.map((line) => line.close()));
	}

	async #onLines<T extends { scenario: Scenario }>(left: T[], late: () => boolean, work: (line: RebootLine, given: T) => Promise<void>) {
		await Promise.all(
			this.#lines.map(async (line) => {
				while (!late()) {
					const given = takeFor(left, line.runtime);
					if (!given) return;
					await work(line, given);
				}
			}),
		);
	}
}
