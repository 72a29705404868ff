import type { Facts } from "../../../lib/contracts/facts.ts";
import { OWNER_FILE, RUN_ID_PATTERN, RUNS_DIR } from "../../plan/layout.ts";
import { readLines } from "./host.ts";
import type { Records } from "./records.ts";

/** What an earlier run, of this console or another, left on the node. */
export function readGantry(records: Records): Facts["gantry"] {
	const linesOf = readLines(records);
	const decisions = records.command("gantry.decisions")?.stdout.toString("utf8").split("\n") ?? [];
	return {
		runs: records
			.lines("gantry.runs")
			.filter((id) => RUN_ID_PATTERN.test(id))
			.map((id) => {
				const link = ` ${RUNS_DIR}/${id}/decision -> `;
				const line = decisions.find((candidate) => candidate.includes(link));
				return {
					id,
					decision: line ? line.slice(line.indexOf(link) + link.length).trim() : "",
					final: linesOf(`${RUNS_DIR}/${id}/final`)[0]?.trim() ?? "",
				};
			}),
		lockOwner: linesOf(OWNER_FILE)[0]?.trim() ?? "",
		dockerOff: records.lines("signs").includes("docker-off"),
	};
}
