import type { NodeSession } from "../ssh/session.ts";
import { DISARM_WORDS } from "./disarm.ts";
import { RemoteError, unknownAnswer } from "./errors.ts";
import { type Claim, claimValues, OWNER_WORDS } from "./owner.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";
import { START_WORDS } from "./start.ts";

export type CleanUpResult =
	/** What prepare changed is undone; the run is final. */
	| { kind: "cleaned" }
	/** It works on the node still; ask again. */
	| { kind: "running" }
	/** The cutover had begun after all: the whole revert runs, and the run ends as it says. */
	| { kind: "reverting" }
	/** revert.sh ended otherwise; the run is not final. */
	| { kind: "failed"; code: number }
	/** The run is decided for commit, or has a final state of its own. */
	| { kind: "too-late"; decision: "none" | "commit" | "revert"; final: string };

/**
 * Cancels a run whose cutover was not begun: takes `revert` first, so that a cutover that starts late refuses; ends prepare's
 * whole cgroup by KILL and waits until it is gone; lets revert.sh undo what prepare changed without stopping anything. Waits
 * on the node for at most a minute. Repeatable. Throws `remote.unit-will-not-end`, `remote.start-refused`,
 * `remote.locked-by`, `remote.cannot-write`; an unknown answer as retryable `remote.unknown-answer`.
 */
export async function cleanUp(session: NodeSession, runId: string, claim?: Claim): Promise<CleanUpResult> {
	const script = nodeScript(
		{ ...runValues(runId), ...claimValues(claim), unit: `gantry-${runId}-revert.service` },
		OWNER_WORDS,
		DISARM_WORDS,
		START_WORDS,
		CLEAN_BODY,
	);
	try {
		const reply = await runScript(session, script, { timeoutMs: 240_000 });
		const result = reply.first("result");
		switch (result) {
			case "cleaned":
			case "running":
			case "reverting":
				return { kind: result };
			case "failed":
				return { kind: "failed", code: Number(reply.first("code") ?? 255) };
			case "too-late": {
				const decision = reply.first("decision");
				return {
					kind: "too-late",
					decision: decision === "commit" || decision === "revert" ? decision : "none",
					final: reply.first("final") ?? "",
				};
			}
			default:
				throw new RemoteError("remote.unknown-answer", session.label, { answer: result ?? "" });
		}
	} catch (error) {
		throw unknownAnswer(session, error);
	}
}

const CLEAN_BODY = String.raw`
trap '' HUP PIPE TERM
[ -d "$dir" ] || refuse remote.no-run
check_claim
result() { say "result $1"; finish; }
too_late() { decision; line_of "$dir/final"; say "decision $DECISION"; say "final $LINE"; result too-late; }
wait_for_revert() {
	uptime_s; until=$((UPTIME + 60))
	until is_over "$unit"; do
		uptime_s; [ "$UPTIME" -lt "$until" ] || result running
		nap
	done
}
line_of "$dir/final"
# The script's last words come after its final state, and belong to the record.
if [ "$LINE" = cleaned ]; then wait_for_revert; result cleaned; fi
[ -n "$LINE" ] && too_late
decision
[ "$DECISION" = commit ] && too_late
if [ -z "$DECISION" ] && [ ! -e "$dir/started.cutover" ]; then take revert; fi
[ "$DECISION" = commit ] && too_late

# The whole revert, where the cutover had begun: at once or between our look and our decision.
whole_revert() {
	if ! is_running "$unit" && ! { armed && is_running gantry-revert.service; }; then
		if armed; then
			bounded 10 systemctl reset-failed gantry-revert.service >/dev/null 2>&1
			bounded 30 systemctl start --no-block gantry-revert.service >/dev/null 2>&1
		elif ! start_unit "$unit" "$dir/revert.sh" armed && ! is_running "$unit"; then
			say "refused remote.start-refused"; say "value unit $unit"; unit_words "$unit"; finish
		fi
	fi
	result reverting
}
[ -e "$dir/started.cutover" ] && whole_revert

end_unit() {
	is_over "$1" && return 0
	bounded 10 systemctl kill -s KILL "$1" >/dev/null 2>&1
	uptime_s; until=$((UPTIME + 30))
	until is_over "$1"; do
		uptime_s
		if [ "$UPTIME" -ge "$until" ]; then say "refused remote.unit-will-not-end"; say "value unit $1"; finish; fi
		nap
	done
	bounded 10 systemctl reset-failed "$1" >/dev/null 2>&1
	return 0
}
prepared=
for file in "$dir"/started.prepare-*; do
	[ -e "$file" ] || continue
	prepared=1
	attempt=$(printf '%s' "$file" | sed 's/.*-//')
	case $attempt in ''|*[!0-9]*) continue ;; esac
	end_unit "gantry-$run-prepare-$attempt.service"
done
# A unit that was started and has not written so yet.
for name in $(bounded 10 systemctl list-units --all --no-legend --no-pager 2>/dev/null | sed -n "s/.*\(gantry-$run-prepare-[0-9][0-9]*\.service\).*/\1/p"); do
	prepared=1
	end_unit "$name"
done
# A cutover that slipped in sees the decision and ends by itself; if it began, the whole way back is right.
[ -e "$dir/started.cutover" ] && whole_revert

if [ -n "$prepared" ] && [ -f "$dir/revert.sh" ] && ! is_running "$unit"; then
	line_of "$dir/exit.revert"
	case $LINE in
		"0 "*) ;;
		*)
			rm -f "$dir/exit.revert"
			if ! start_unit "$unit" "$dir/revert.sh" prepared-only && ! is_running "$unit"; then
				say "refused remote.start-refused"; say "value unit $unit"; unit_words "$unit"; finish
			fi ;;
	esac
fi
if [ -n "$prepared" ] && [ -f "$dir/revert.sh" ]; then
	wait_for_revert
	line_of "$dir/exit.revert"
	case $LINE in
		"0 "*) ;;
		*)
			code=$(printf '%s' "$LINE" | cut -d' ' -f1)
			case $code in ''|*[!0-9]*) code=255 ;; esac
			say "code $code"; result failed ;;
	esac
fi
line_of "$dir/final"
if [ -z "$LINE" ]; then
	write_file "$dir/final" cleaned || { say "refused remote.cannot-write"; say "value path $dir/final"; finish; }
fi
flush 60
result cleaned
`;
