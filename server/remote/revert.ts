import { BOOT_SERVICE, REVERT_SERVICE } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { DISARM_WORDS } from "./disarm.ts";
import { RemoteError, unknownAnswer } from "./errors.ts";
import { type Claim, claimValues, OWNER_WORDS } from "./owner.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";
import { START_WORDS } from "./start.ts";

export interface RevertRequest {
	/** As read at the end, at most 10 s after the start: "commit" = too late, the node stays as it is; "none" = ask the status. */
	decision: "none" | "commit" | "revert";
	/** How it runs: by the armed unit, by a transient one, already at work before, or not at all (decided for commit, or final). */
	by: "armed-unit" | "transient-unit" | "running-already" | "nothing";
}

/**
 * Asks the node to go back now. The decision is left to revert.sh, which takes it first (safety rule 1). Also begins a
 * revert anew that was lost. Repeatable. Throws `remote.no-run`, `remote.start-refused`, `remote.locked-by`; an unknown
 * answer as retryable `remote.unknown-answer`.
 */
export async function requestRevert(session: NodeSession, runId: string, claim?: Claim): Promise<RevertRequest> {
	const script = nodeScript(
		{ ...runValues(runId), ...claimValues(claim), unit: `gantry-${runId}-revert.service` },
		OWNER_WORDS,
		DISARM_WORDS,
		START_WORDS,
		String.raw`
trap '' HUP PIPE TERM
[ -f "$dir/revert.sh" ] || refuse remote.no-run
check_claim
answer() { decision; say "by $1"; say "decision $DECISION"; finish; }
decision
[ "$DECISION" = commit ] && answer nothing
[ -e "$dir/final" ] && answer nothing
by=transient-unit
if is_running "$unit"; then by=running-already; fi
if armed && is_running ${REVERT_SERVICE}; then by=running-already; fi
if names_run "$boot_unit"; then active_state ${BOOT_SERVICE}; [ "$STATE" = activating ] && by=running-already; fi
if [ "$by" = transient-unit ]; then
	if armed; then
		by=armed-unit
		bounded 10 systemctl reset-failed ${REVERT_SERVICE} >/dev/null 2>&1
		OUT=$(bounded 30 systemctl start --no-block ${REVERT_SERVICE} 2>&1); rc=$?
		unit=${REVERT_SERVICE}
	else
		start_unit "$unit" "$dir/revert.sh" armed; rc=$?
	fi
	if [ "$rc" -ne 0 ] && ! is_running "$unit"; then
		say "refused remote.start-refused"; say "value unit $unit"; unit_words "$unit"; finish
	fi
fi
uptime_s; until=$((UPTIME + 10))
while decision; [ -z "$DECISION" ]; do
	uptime_s; [ "$UPTIME" -lt "$until" ] || break
	nap
done
answer "$by"
`,
	);
	try {
		const reply = await runScript(session, script, { timeoutMs: 90_000 });
		const decision = reply.first("decision");
		const by = reply.first("by");
		if (by !== "armed-unit" && by !== "transient-unit" && by !== "running-already" && by !== "nothing") {
			throw new RemoteError("remote.unknown-answer", session.label, { answer: by ?? "" });
		}
		return { decision: decision === "commit" || decision === "revert" ? decision : "none", by };
	} catch (error) {
		throw unknownAnswer(session, error);
	}
}
