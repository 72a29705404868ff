import { momentName } from "../moments.ts";
import type { Runtime } from "../truth.ts";
import { type RebootCase, SHOCKS, type Stop } from "./matrix.ts";

/** What came of one case. */
export interface RebootOutcome {
	tried: RebootCase;
	/** What the node ended on; null where it is on none. */
	endedOn: Runtime | null;
	/** Everything that is not as promised, the second reboot's changes among it. */
	broken: readonly string[];
	lastedS: number;
}

const NAMES: Record<Runtime, string> = { docker: "Docker", containerd: "containerd" };

/** A row for each boundary: where it must end, where it did, and whether a second reboot changed anything. A dash is what was not run. */
export function rebootTable(cases: readonly RebootCase[], outcomes: readonly RebootOutcome[]): string {
	const byName = new Map(outcomes.map((outcome) => [nameOf(outcome.tried), outcome]));
	const stops = new Map(cases.map((each) => [`${each.scenario} ${momentName(each.moment)}`, each as Stop]));
	const rows = [...stops.values()].map((stop) => {
		const cells = SHOCKS.flatMap((fault) => {
			const outcome = byName.get(`${fault} ${stop.scenario} ${momentName(stop.moment)}`);
			if (!outcome) return ["–", "–"];
			if (outcome.broken.length > 0) return ["**broken**", "–"];
			return [outcome.endedOn ? `${NAMES[outcome.endedOn]}, Ready` : "–", "unchanged"];
		});
		const must = stop.mustEndOn ? NAMES[stop.mustEndOn] : "either";
		return `| ${[stop.scenario, `\`${momentName(stop.moment)}\``, must, ...cells].join(" | ")} |`;
	});
	return [
		"| scenario | boundary | must end on | reboot | a second one | power cut | a second one |",
		"|---|---|---|---|---|---|---|",
		...rows,
	].join("\n");
}

export function nameOf({ given: { fault }, scenario, moment }: RebootCase): string {
	return `${fault} ${scenario} ${momentName(moment)}`;
}
