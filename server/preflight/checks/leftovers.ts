import { DOCKER_OFF_FILE, RUNS_DIR } from "../../plan/layout.ts";
import { BLOCK, type CommonInput, defineCheck, type Observation, type PreflightInput } from "../check.ts";

/** The owner file: "<console id> <fencing number> <run id>". */
function ownerOf(line: string): { console: string; run: string } {
	const [console = "", , run = ""] = line.trim().split(/\s+/);
	return { console, run };
}

/** Runs on the node that nobody has brought to an end: adopted or ended first, never run over (safety rule 21). */
export const leftoverRuns = defineCheck({
	id: "leftover-runs",
	codes: { "gantry.run.unfinished": BLOCK, "gantry.run.other-console": BLOCK },
	run: ({ facts: { gantry }, consoleId, ownRunId }: CommonInput) => {
		const owner = ownerOf(gantry.lockOwner);
		return gantry.runs
			.filter((run) => run.final === "" && run.id !== ownRunId)
			.map((run): Observation<"gantry.run.unfinished" | "gantry.run.other-console"> => {
				const console = owner.run === run.id ? owner.console : "";
				const foreign = Boolean(consoleId) && console !== "" && console !== consoleId;
				return {
					code: foreign ? "gantry.run.other-console" : "gantry.run.unfinished",
					values: { run: run.id, decision: run.decision, console },
					evidence: { path: `${RUNS_DIR}/${run.id}`, text: gantry.lockOwner },
				};
			});
	},
});

/** While this file lies there Docker does not start again: a node on Docker would not survive its next boot (safety rule 6). */
export const dockerOff = defineCheck({
	id: "docker-off",
	codes: { "gantry.docker-off.left": BLOCK },
	run: ({ facts: { gantry } }: PreflightInput) =>
		gantry.dockerOff ? [{ code: "gantry.docker-off.left", values: { path: DOCKER_OFF_FILE }, evidence: { path: DOCKER_OFF_FILE } }] : [],
});
