import type { NodeSession } from "../ssh/session.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";

const MOST_NOTE_BYTES = 8 * 1024 * 1024;

/** The note beside a run, and the SHA-256 of its scripts as they lie there now; what is missing is absent. Throws `remote.no-run`, SshError. */
export async function readLeftRun(
	session: NodeSession,
	runId: string,
	note: string,
): Promise<{ note: Buffer | undefined; scripts: ReadonlyMap<string, string> }> {
	const script = nodeScript(
		{ ...runValues(runId), note, most: MOST_NOTE_BYTES },
		String.raw`
cd "$dir" 2>/dev/null || refuse remote.no-run
for name in prepare cutover revert; do
	[ -f "$name.sh" ] && say "script $name $(sha256sum <"$name.sh" | cut -d' ' -f1)"
done
if [ -f "$note" ]; then head -c "$most" "$note" | encode note; fi
`,
	);
	const reply = await runScript(session, script, { timeoutMs: 60_000, maxOutputBytes: 2 * MOST_NOTE_BYTES });
	return { note: reply.bytes("note"), scripts: new Map(reply.pairs("script")) };
}
