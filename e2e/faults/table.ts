import type { Case } from "./case.ts";
import { type Fault, faultName } from "./fault.ts";
import { momentName } from "./moments.ts";
import type { Judgement } from "./promise.ts";

/** One case that was tried. */
export interface Tried {
	case: Pick<Case, "fault" | "scenario" | "moment">;
	reached: boolean;
	judgement: Judgement;
}

/** The full run's table, in Markdown: a row for each fault, and the sum. */
export function table(faults: readonly Fault[], tried: readonly Tried[]): string {
	const reached = tried.filter((each) => each.reached);
	const row = (title: string, what: string, several: readonly Tried[]) => {
		const moments = new Set(several.map(({ case: { scenario, moment } }) => `${scenario} ${momentName(moment)}`)).size;
		const ended = (ending: Judgement["ending"]) => several.filter(({ judgement }) => judgement.ending === ending).length;
		const sum = (of: (judgement: Judgement) => number) => several.reduce((total, { judgement }) => total + of(judgement), 0);
		const cells = [
			title,
			what,
			several.length,
			moments,
			ended("well"),
			ended("reverted"),
			ended("marked"),
			ended("half-way"),
			sum(({ linesLost }) => linesLost),
			sum(({ linesDoubled }) => linesDoubled),
			several.filter(({ judgement }) => judgement.broken.length > 0).length,
		];
		return `| ${cells.join(" | ")} |`;
	};
	const rows = faults.map((fault) => {
		const name = faultName(fault);
		return row(
			`\`${name}\``,
			fault.what,
			reached.filter((each) => each.case.fault === name),
		);
	});
	return [
		"| fault | what | cases | moments | ended well | reverted | marked | half-way | log lines lost | doubled | promise broken |",
		"|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
		...rows,
		row("**all**", "", reached),
	].join("\n");
}

/** The page with another table between the markers of that name. Throws where it has none. */
export function withTable(page: string, text: string, name: "table" | "real" | "reboots" = "table"): string {
	const [from, to] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
	const [begin, end] = [page.indexOf(from), page.indexOf(to)];
	if (begin < 0 || end < begin) throw new Error(`the page has no place for the table: ${from} … ${to}`);
	return `${page.slice(0, begin + from.length)}\n\n${text}\n\n${page.slice(end)}`;
}
