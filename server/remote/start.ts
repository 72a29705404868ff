import { type UnitKind, unitName, unitSuffix } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { type Claim, claimValues, OWNER_WORDS } from "./owner.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";

/** Shell words that start a file as a transient unit, without any property (safety rule 9: 219 knows them all). */
export const START_WORDS = String.raw`
# What the unit last said, as evidence; never more than 2 KiB.
unit_words() { { printf '%s\n' "$OUT"; bounded 5 journalctl -u "$1" -n 20 --no-pager -o cat; } 2>/dev/null | tail -c 2048 | encode output; }
start_unit() { # UNIT FILE WORD; "" = none
	bounded 10 systemctl reset-failed "$1" >/dev/null 2>&1
	if [ -z "$3" ]; then OUT=$(bounded 30 systemd-run --unit="$1" /bin/sh "$2" 2>&1); return; fi
	OUT=$(bounded 30 systemd-run --unit="$1" /bin/sh "$2" "$3" 2>&1)
}
`;

/**
 * Starts prepare.sh or cutover.sh detached from this connection, and returns once the script itself has written that it
 * began (waited for on the node, at most 10 s). Throws `remote.already-started`, `remote.decided`, `remote.locked-by`,
 * `remote.start-refused`, `remote.start-lost`. After `remote.unknown-answer` or an SshError: read the status; repeating is
 * safe too, since a script starts once.
 */
export async function startScript(session: NodeSession, runId: string, kind: UnitKind, attempt: number, claim?: Claim): Promise<void> {
	const suffix = unitSuffix(kind, attempt);
	const script = nodeScript(
		{ ...runValues(runId), ...claimValues(claim), kind, suffix, unit: unitName(runId, kind, attempt) },
		OWNER_WORDS,
		START_WORDS,
		String.raw`
[ -f "$dir/$kind.sh" ] || refuse remote.no-run
check_claim
already() { line_of "$dir/started.$suffix"; say "refused remote.already-started"; say "value unit $unit"; say "value started $LINE"; finish; }
decision
if [ -n "$DECISION" ]; then say "refused remote.decided"; say "value decision $DECISION"; finish; fi
[ -e "$dir/started.$suffix" ] && already
if is_running "$unit"; then already; fi
# A prepare is told which attempt it is: that names its files.
case $kind in prepare) word=$suffix ;; *) word= ;; esac
if ! start_unit "$unit" "$dir/$kind.sh" "$word"; then
	# An earlier try of ours, whose connection was lost, may have been first.
	if [ -e "$dir/started.$suffix" ] || is_running "$unit"; then already; fi
	say "refused remote.start-refused"; say "value unit $unit"; unit_words "$unit"; finish
fi
uptime_s; until=$((UPTIME + 10))
while [ ! -e "$dir/started.$suffix" ]; do
	# Ended before it wrote anything: looked at in this order, so that a script ending just now is not lost.
	if is_over "$unit" && [ ! -e "$dir/started.$suffix" ]; then break; fi
	uptime_s; [ "$UPTIME" -lt "$until" ] || break
	nap
done
if [ ! -e "$dir/started.$suffix" ]; then
	say "refused remote.start-lost"; say "value unit $unit"; unit_words "$unit"; finish
fi
line_of "$dir/started.$suffix"
say "started $LINE"
`,
	);
	await runScript(session, script, { timeoutMs: 75_000 });
}
