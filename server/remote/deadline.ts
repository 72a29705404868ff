import { REVERT_TIMER } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { DISARM_WORDS } from "./disarm.ts";
import { RemoteError, unknownAnswer } from "./errors.ts";
import { type Claim, claimValues, OWNER_WORDS } from "./owner.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";
import { type NodeMoment, parseMoment } from "./status.ts";

export interface ExtendResult {
	/** As read after the timer was restarted: anything but "none" means that there was nothing left to extend. */
	decision: "none" | "commit" | "revert";
	/** When the revert fires now; null where a decision stands. Never later than the timer's own moment. */
	deadline: NodeMoment | null;
}

/**
 * Begins the revert timer's time anew, with another length where `seconds` is given, and reads the decision after it
 * (safety rules 3 and 16: `restart`, since `start` of an elapsed timer never fires). Throws `remote.not-armed`,
 * `remote.locked-by`, `remote.cannot-write`; an unknown answer as retryable `remote.unknown-answer`.
 */
export async function extendDeadline(session: NodeSession, runId: string, seconds?: number, claim?: Claim): Promise<ExtendResult> {
	if (seconds !== undefined && (!Number.isSafeInteger(seconds) || seconds < 1 || seconds > 604_800)) {
		throw new RangeError(`not a timer's length in seconds: ${seconds}`);
	}
	const script = nodeScript(
		{ ...runValues(runId), ...claimValues(claim), seconds: seconds ?? "" },
		OWNER_WORDS,
		DISARM_WORDS,
		String.raw`
trap '' HUP PIPE TERM
[ -d "$dir" ] || refuse remote.no-run
check_claim
decision
if [ -n "$DECISION" ]; then say "decision $DECISION"; finish; fi
armed && [ -f "$timer_unit" ] || refuse remote.not-armed
cannot_write() { say "refused remote.cannot-write"; say "value path $1"; finish; }
line_of "$dir/timer-seconds"
if [ -n "$seconds" ] && [ "$seconds" != "$LINE" ]; then
	sed "s/^OnActiveSec=.*/OnActiveSec=$seconds/" "$timer_unit" >"$timer_unit.part-$$" 2>/dev/null || cannot_write "$timer_unit"
	mv -f "$timer_unit.part-$$" "$timer_unit" || cannot_write "$timer_unit"
	bounded 60 systemctl daemon-reload >/dev/null 2>&1
	write_file "$dir/timer-seconds" "$seconds" || cannot_write "$dir/timer-seconds"
	LINE=$seconds
fi
case $LINE in ''|*[!0-9]*) LINE=$(sed -n 's/^OnActiveSec=\([0-9][0-9]*\)s*$/\1/p' "$timer_unit") ;; esac
boot_id; uptime_s
bounded 30 systemctl restart ${REVERT_TIMER} >/dev/null 2>&1
active_state ${REVERT_TIMER}
decision
if [ -z "$DECISION" ] && [ "$STATE" != active ]; then refuse remote.not-armed; fi
if [ -z "$DECISION" ] && [ -n "$LINE" ]; then write_file "$dir/deadline" "$BOOT $((UPTIME + LINE))" || cannot_write "$dir/deadline"; fi
if [ -n "$DECISION" ]; then say "decision $DECISION"; else line_of "$dir/deadline"; say "decision none"; say "deadline $LINE"; fi
`,
	);
	try {
		const reply = await runScript(session, script, { timeoutMs: 120_000 });
		const decision = reply.first("decision");
		if (decision === "commit" || decision === "revert") return { decision, deadline: null };
		if (decision === "none") return { decision, deadline: parseMoment(reply.first("deadline") ?? "") };
		throw new RemoteError("remote.unknown-answer", session.label, { answer: decision ?? "" });
	} catch (error) {
		throw unknownAnswer(session, error);
	}
}
