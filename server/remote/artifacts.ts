import type { NodeSession } from "../ssh/session.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";

/** Of each file at most so much is read. */
export const ARTIFACT_BYTES = 1_048_576;

export interface Artifact {
	/** The first ARTIFACT_BYTES. */
	bytes: Buffer;
	/** The file's whole size in bytes. */
	size: number;
}

/**
 * Reads evidence files of a run by their names relative to the run folder; a name without a file is absent from the result.
 * Throws RangeError on a name that leads outside the folder, `remote.no-run`, SshError.
 */
export async function readArtifacts(session: NodeSession, runId: string, names: readonly string[]): Promise<Map<string, Artifact>> {
	for (const name of names) {
		if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/.test(name)) {
			throw new RangeError(`not the name of an artifact: ${JSON.stringify(name)}`);
		}
	}
	const script = nodeScript(
		{ ...runValues(runId), names: names.join(" "), most: ARTIFACT_BYTES },
		String.raw`
cd "$dir" 2>/dev/null || refuse remote.no-run
for name in $names; do
	[ -f "$name" ] || continue
	size=$(wc -c <"$name"); say "size $name $((size + 0))"
	head -c "$most" "$name" | encode "$name"
done
`,
	);
	const reply = await runScript(session, script, { timeoutMs: 60_000, maxOutputBytes: 1_048_576 + names.length * 2 * ARTIFACT_BYTES });
	const found = new Map<string, Artifact>();
	for (const [name, size] of reply.pairs("size")) found.set(name, { bytes: reply.bytes(name) ?? Buffer.alloc(0), size: Number(size) });
	return found;
}
