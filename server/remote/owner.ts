import { RUN_ID_PATTERN } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";

/** A console and its fencing number: of two consoles that believe they own a run, the higher number is right. */
export interface Claim {
	consoleId: string;
	fence: number;
}

export interface NodeOwner extends Claim {
	runId: string;
}

/** Parses the owner file, "<console id> <fencing number> <run id>"; null where there is none or it is something else. */
export function parseOwner(line: string): NodeOwner | null {
	const [consoleId, fence, runId, more] = line.trim().split(/\s+/);
	if (!consoleId || !fence || !runId || more !== undefined || !/^\d{1,15}$/.test(fence)) return null;
	return { consoleId, fence: Number(fence), runId };
}

/** Variables for a script that checks the claim. Throws RangeError on an id or number that cannot lie in the owner file. */
export function claimValues(claim: Claim | undefined): Record<string, string | number> {
	if (!claim) return { claim_console: "", claim_fence: 0 };
	if (!/^[A-Za-z0-9._-]{1,64}$/.test(claim.consoleId)) throw new RangeError(`not a console id: ${JSON.stringify(claim.consoleId)}`);
	if (!Number.isSafeInteger(claim.fence) || claim.fence < 0) throw new RangeError(`not a fencing number: ${claim.fence}`);
	return { claim_console: claim.consoleId, claim_fence: claim.fence };
}

/** Shell words about the owner; `claimValues` and `runValues` give the variables. */
export const OWNER_WORDS = String.raw`
read_owner() {
	owner_console= owner_fence=0 owner_run=
	[ -r "$base/owner" ] || return 0
	read -r owner_console owner_fence owner_run _rest <"$base/owner" || :
	case $owner_fence in ''|*[!0-9]*) owner_fence=0 ;; esac
}
locked_by() {
	say "refused remote.locked-by"
	say "value console $1"; say "value fence $2"; say "value run $3"
	finish
}
# A caller that says who it is may act only while the node says so too.
check_claim() {
	[ -n "$claim_console" ] || return 0
	read_owner
	[ -n "$owner_run" ] || return 0
	if [ "$owner_run" != "$run" ] || [ "$owner_console" != "$claim_console" ] || [ "$owner_fence" -gt "$claim_fence" ]; then
		locked_by "$owner_console" "$owner_fence" "$owner_run"
	fi
}
# The lock, or busy=1. Whoever works on the node holds it long; whoever writes the owner, for an instant.
take_lock() {
	busy= tries=0
	exec 9>>"$base/lock"
	until flock -n 9; do
		tries=$((tries + 1))
		if [ "$tries" -ge 3 ]; then busy=1; return 1; fi
		sleep 1 9>&-
	done
}
drop_lock() { exec 9>&-; }
# A run that is not ours and could still change the node: begun and not final.
foreign_run() {
	foreign=
	for other in "$base"/runs/*; do
		[ -d "$other" ] || continue
		[ "$other" = "$dir" ] && continue
		[ -e "$other/final" ] && continue
		if [ -e "$other/started.cutover" ]; then foreign=$(basename "$other" 9>&-); return 0; fi
	done
	return 1
}
# Takes the node for this run, under the lock; ends the script where that is refused. Sets ownership=taken|held.
own_node() {
	if ! take_lock; then
		read_owner
		drop_lock
		if [ "$owner_run" = "$run" ] && [ "$owner_console" = "$claim_console" ] && [ "$owner_fence" -le "$claim_fence" ]; then
			# The run's own script works and holds the lock; the number stays as it is until it ends.
			ownership=held
			return 0
		fi
		[ -n "$owner_run" ] && locked_by "$owner_console" "$owner_fence" "$owner_run"
		refuse remote.lock-busy
	fi
	read_owner
	if [ -n "$owner_run" ]; then
		[ "$owner_fence" -gt "$claim_fence" ] && locked_by "$owner_console" "$owner_fence" "$owner_run"
		if [ "$owner_run" = "$run" ]; then
			# The same run from another console: only a higher number is a take-over.
			if [ "$owner_console" != "$claim_console" ] && [ "$owner_fence" -ge "$claim_fence" ]; then
				locked_by "$owner_console" "$owner_fence" "$owner_run"
			fi
		elif [ "$owner_console" != "$claim_console" ] && [ -d "$base/runs/$owner_run" ] && [ ! -e "$base/runs/$owner_run/final" ]; then
			locked_by "$owner_console" "$owner_fence" "$owner_run"
		fi
	fi
	if foreign_run; then
		if [ "$foreign" = "$owner_run" ]; then locked_by "$owner_console" "$owner_fence" "$owner_run"; fi
		locked_by - 0 "$foreign"
	fi
	if ! { printf '%s\n' "$claim_console $claim_fence $run" >"$base/owner.part" && mv -f "$base/owner.part" "$base/owner" 9>&-; } 2>/dev/null; then
		say "refused remote.cannot-write"; say "value path $base/owner"; finish
	fi
	drop_lock
	ownership=taken
}
`;

/**
 * Takes over a run that lies on the node already, for a console that lost its database or is not the one that began it
 * (safety rule 21). `held` = the run's own script holds the lock just now and the number on the node stays; try again when
 * it has ended. Throws `remote.locked-by` unless ours is the higher fencing number (equal is enough for the same console).
 */
export async function takeOwnership(session: NodeSession, runId: string, claim: Claim): Promise<"taken" | "held"> {
	const script = nodeScript(
		{ ...runValues(runId), ...claimValues(claim) },
		OWNER_WORDS,
		String.raw`
[ -d "$dir" ] || refuse remote.no-run
own_node
flush 60
say "ownership $ownership"
`,
	);
	const reply = await runScript(session, script, { timeoutMs: 75_000 });
	return reply.first("ownership") === "held" ? "held" : "taken";
}

/**
 * Gives the node free when the run is final, or was never begun. Repeatable. "not-ours" = another run owns it, nothing was
 * changed. Throws `remote.not-final`, `remote.lock-busy`.
 */
export async function releaseOwner(session: NodeSession, runId: string, claim?: Claim): Promise<"released" | "not-ours"> {
	const script = nodeScript(
		{ ...runValues(runId), ...claimValues(claim) },
		OWNER_WORDS,
		String.raw`
[ -d "$base" ] || { say "owner released"; finish; }
take_lock || refuse remote.lock-busy
check_claim
read_owner
if [ -n "$owner_run" ] && [ "$owner_run" != "$run" ]; then say "owner not-ours"; finish; fi
if [ ! -e "$dir/final" ]; then
	for begun in "$dir"/started.*; do [ -e "$begun" ] && refuse remote.not-final; done
fi
rm -f "$base/owner" 9>&-
say "owner released"
`,
	);
	const reply = await runScript(session, script, { timeoutMs: 30_000 });
	return reply.first("owner") === "not-ours" ? "not-ours" : "released";
}

/** True where the text can be a run's id. */
export function isRunId(text: string): boolean {
	return RUN_ID_PATTERN.test(text);
}
