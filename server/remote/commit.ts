import { RESERVE_FILE } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { DISARM_WORDS } from "./disarm.ts";
import { RemoteError, unknownAnswer } from "./errors.ts";
import { type Claim, claimValues, OWNER_WORDS } from "./owner.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";

/**
 * Takes `commit` on the node and, only where the node then reads commit, disarms the revert, removes what it would have
 * needed, and writes `committed` (safety rule 1). The answer is the decision that stands: "revert" means that the node goes
 * or went back, whatever was asked. Repeatable, and whole again after being cut at any line.
 *
 * Throws `remote.not-finished` (no cutover that ended with 0: nothing was decided), `remote.cleanup-incomplete` (decision
 * commit stands; repeat), `remote.locked-by`; everything that leaves the answer unknown as retryable
 * `remote.unknown-answer`: an unknown answer is not a commit, read it again.
 */
export async function commit(session: NodeSession, runId: string, claim?: Claim): Promise<"commit" | "revert"> {
	const script = nodeScript({ ...runValues(runId), ...claimValues(claim) }, OWNER_WORDS, DISARM_WORDS, COMMIT_BODY);
	try {
		const reply = await runScript(session, script, { timeoutMs: 300_000 });
		const decision = reply.first("decision");
		if (decision === "revert") return "revert";
		const left = reply.first("left") ?? "";
		if (decision === "commit" && left === "") return "commit";
		if (decision === "commit") throw new RemoteError("remote.cleanup-incomplete", session.label, { decision, left });
		throw new RemoteError("remote.unknown-answer", session.label, { answer: decision ?? "" });
	} catch (error) {
		throw unknownAnswer(session, error);
	}
}

/*
 * The decision is on the disk before anything that protects the node is taken away: a power cut in between finds either no
 * commit and both triggers, or a commit. The connection may break at any line: the words are not killed by it.
 */
const COMMIT_BODY = String.raw`
trap '' HUP PIPE TERM
[ -d "$dir" ] || refuse remote.no-run
check_claim
decision
if [ -z "$DECISION" ]; then
	line_of "$dir/exit.cutover"
	case $LINE in "0 "*) ;; *) say "refused remote.not-finished"; say "value exit $LINE"; finish ;; esac
	take commit
fi
if [ "$DECISION" != commit ]; then say "decision $DECISION"; finish; fi
# A person goes back by hand after a commit: what is armed now is that one's.
if [ -e "$dir/by-hand" ]; then say "decision commit"; finish; fi
line_of "$dir/final"; final=$LINE
if [ -n "$final" ] && ! armed && ! names_run "$boot_unit"; then say "decision commit"; finish; fi
left=
flush 60 || flush 60 "$dir" || left="$left sync"
disarm
if [ -f "$dir/snapshot/beside" ]; then
	while IFS= read -r path; do
		# Only names of ours, whatever the list says.
		case $path in /*.gantry-"$run".*) gone "$path" || left="$left $path" ;; esac
	done <"$dir/snapshot/beside"
fi
# Folders that a run of ours made and that hold nothing any more; the deepest first.
if [ -f "$dir/snapshot/folders" ]; then
	sort -r "$dir/snapshot/folders" | while IFS= read -r path; do rmdir "$path" 2>/dev/null; done
fi
read_owner
if [ -z "$owner_run" ] || [ "$owner_run" = "$run" ]; then gone ${RESERVE_FILE} || left="$left ${RESERVE_FILE}"; fi
# A final state that stands already is kept: after a commit a person may have gone back by hand.
if [ -z "$left" ] && [ -z "$final" ]; then
	write_file "$dir/final" committed || left="$left $dir/final"
	flush 60 || flush 60 "$dir" || left="$left sync"
fi
decision
say "decision $DECISION"
say "left$left"
`;
