import { SshError } from "../ssh/errors.ts";
import type { NodeSession } from "../ssh/session.ts";

/**
 * What the runner on a node can refuse or fail with. `retryable` means: the answer is unknown or the reason passes; read
 * the node again and repeat, every function here may be repeated. Nothing else may be concluded from it (safety rule 1).
 */
export const REMOTE_CODES = [
	/** Another run owns the node, or a console with a higher fencing number does. Values: console, fence, run. */
	"remote.locked-by",
	/** Somebody works on the node right now and holds its lock. */
	"remote.lock-busy",
	/** There is no such run folder on the node. */
	"remote.no-run",
	/** A folder of ours is a link or belongs to somebody else. Values: path. */
	"remote.unsafe-folder",
	/** The scripts on the node are not the plan's and the run was begun. Values: script. */
	"remote.scripts-differ",
	/** The bytes on the node are not the ones sent. Values: script, expected, found. */
	"remote.scripts-damaged",
	/** This script of the run was started before. Values: unit, started. */
	"remote.already-started",
	/** The run's decision stands; nothing forward starts any more. Values: decision. */
	"remote.decided",
	/** systemd-run refused. Values: unit, output. */
	"remote.start-refused",
	/** The unit was started and ended, or never came up, without a word. Values: unit, output. */
	"remote.start-lost",
	/** A commit needs a cutover that ended with 0. Values: exit. */
	"remote.not-finished",
	/** No revert timer of this run is armed. */
	"remote.not-armed",
	/** The decision is taken and stands; what it leaves to clean up is not clean yet. Values: decision, left. */
	"remote.cleanup-incomplete",
	/** The run has no final state yet. */
	"remote.not-final",
	/** A unit of the run is still there after KILL. Values: unit. */
	"remote.unit-will-not-end",
	/** A file in the run folder could not be written. Values: path. */
	"remote.cannot-write",
	/** The connection was lost before the answer was whole: nobody knows what happened. Retryable. */
	"remote.unknown-answer",
	/** The node's shell did not run our script to its end. Values: exitCode, output. */
	"remote.script-failed",
	/** The snapshot's bytes are not those of its manifest. Values: path, expected, found. */
	"remote.snapshot-damaged",
] as const;
export type RemoteCode = (typeof REMOTE_CODES)[number];

const RETRYABLE: ReadonlySet<RemoteCode> = new Set<RemoteCode>([
	"remote.lock-busy",
	"remote.cleanup-incomplete",
	"remote.unknown-answer",
	"remote.cannot-write",
]);

export class RemoteError extends Error {
	override readonly name = "RemoteError";
	readonly retryable: boolean;

	constructor(
		readonly code: RemoteCode,
		/** The node, as `NodeSession.label` gives it. */
		readonly node: string,
		readonly values: Record<string, string | number> = {},
		options?: { cause?: unknown },
	) {
		super(`${code} on ${node}: ${JSON.stringify(values)}`, options);
		this.retryable = RETRYABLE.has(code);
	}
}

/**
 * What to throw for an answer that did not come: the error itself where it says what happened or nothing was run, else
 * `remote.unknown-answer`, since the script may have run to any line.
 */
export function unknownAnswer(session: NodeSession, error: unknown): unknown {
	if (error instanceof RemoteError && error.code !== "remote.script-failed") return error;
	if (error instanceof SshError && !error.maybeRan) return error;
	return new RemoteError("remote.unknown-answer", session.label, {}, { cause: error });
}

export function isRemoteCode(word: string): word is RemoteCode {
	return (REMOTE_CODES as readonly string[]).includes(word);
}
