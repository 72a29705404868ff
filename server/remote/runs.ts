import { GANTRY_DIR } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { isRunId, type NodeOwner, parseOwner } from "./owner.ts";
import { nodeScript, runScript } from "./script.ts";
import { type NodeMoment, parseMoment } from "./status.ts";

export interface RunOnNode {
	runId: string;
	decision: "none" | "commit" | "revert";
	/** "" where the run is not final. */
	final: string;
	/** Suffixes of the scripts that began and of those that ended. */
	started: string[];
	exited: string[];
	deadline: NodeMoment | null;
}

export interface RunsOnNode {
	bootId: string;
	owner: NodeOwner | null;
	runs: RunOnNode[];
}

/** Every run folder on the node: what a console that does not know them adopts (safety rule 21). Throws SshError. */
export async function listRuns(session: NodeSession): Promise<RunsOnNode> {
	const script = nodeScript(
		{ base: GANTRY_DIR, dir: "" },
		String.raw`
boot_id; say "boot $BOOT"
line_of "$base/owner"; say "owner $LINE"
for dir in "$base"/runs/*; do
	[ -d "$dir" ] || continue
	id=$(basename "$dir")
	decision
	line_of "$dir/final"
	say "run $id $DECISION,$LINE"
	for file in "$dir"/started.*; do [ -e "$file" ] && say "started $id $(basename "$file")"; done
	for file in "$dir"/exit.*; do [ -e "$file" ] && say "exited $id $(basename "$file")"; done
	line_of "$dir/deadline"; say "deadline $id $LINE"
done
`,
	);
	const reply = await runScript(session, script, { timeoutMs: 60_000 });
	const suffixes = (key: string, id: string) =>
		reply
			.pairs(key)
			.filter(([run]) => run === id)
			.map(([, file]) => file.slice(file.indexOf(".") + 1))
			.filter((suffix) => /^(prepare-\d+|cutover|revert)$/.test(suffix));
	const runs = reply
		.pairs("run")
		.filter(([id]) => isRunId(id))
		.map(([runId, state]): RunOnNode => {
			const [decision = "", final = ""] = state.split(",");
			return {
				runId,
				decision: decision === "commit" || decision === "revert" ? decision : "none",
				final: final.trim(),
				started: suffixes("started", runId),
				exited: suffixes("exited", runId),
				deadline: parseMoment(reply.pairs("deadline").find(([id]) => id === runId)?.[1] ?? ""),
			};
		});
	return { bootId: reply.first("boot") ?? "", owner: parseOwner(reply.first("owner") ?? ""), runs };
}
