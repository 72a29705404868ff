import { createHash } from "node:crypto";
import type { Script } from "../../lib/contracts/plan.ts";
import { runDir } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { RemoteError } from "./errors.ts";
import { type Claim, claimValues, OWNER_WORDS } from "./owner.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";

export type ScriptName = "prepare" | "cutover" | "revert";
const SCRIPT_NAMES: readonly ScriptName[] = ["prepare", "cutover", "revert"];

export interface InstallRun {
	runId: string;
	scripts: Record<ScriptName, Script>;
	owner: Claim;
	/** Further files that the scripts expect in the run folder, such as the archive of crictl. */
	attachments?: readonly Attachment[];
}

export interface Attachment {
	/** A plain name: lower-case letters, digits, dots and hyphens. */
	name: string;
	bytes: Buffer;
	sha256: string;
}

export interface InstallResult {
	/** `held`: the run's own script holds the lock, the number on the node is still the earlier one of this console. */
	ownership: "taken" | "held";
	/** Names of the files that were written now; empty where all of them lay there already. */
	written: string[];
}

const HASHES = String.raw`
for name in $names; do
	if [ -f "$dir/$name" ]; then
		sum=$(sha256sum <"$dir/$name" | cut -d' ' -f1)
		say "file $name $sum"
	fi
done
`;

/**
 * Puts a run on the node: folders, ownership, the three scripts and what they need, checked by SHA-256 on the node and
 * synced. Repeatable. Throws `remote.locked-by` (values of the owner), `remote.lock-busy`, `remote.scripts-differ` (the run
 * was begun with other files), `remote.scripts-damaged`, `remote.unsafe-folder`; RangeError where bytes are not their SHA-256's.
 */
export async function installRun(session: NodeSession, run: InstallRun): Promise<InstallResult> {
	const files = filesOf(run);
	const names = files.map(({ name }) => name).join(" ");
	const opened = await runScript(session, openScript(run.runId, run.owner, names), { timeoutMs: 60_000 });
	const found = new Map(opened.pairs("file"));
	const differing = files.filter(({ name, sha256 }) => found.get(name) !== sha256);
	if (opened.first("begun") !== undefined) {
		// An archive that is used up may be gone; what is there, and the three scripts, must be what the run began with.
		const other = differing.filter(({ name }) => found.has(name) || name.endsWith(".sh"));
		if (other.length > 0)
			throw new RemoteError("remote.scripts-differ", session.label, { script: other.map(({ name }) => name).join(" ") });
	}
	for (const { name, bytes } of differing) {
		// A slow line still carries 64 KiB a second.
		const timeoutMs = 60_000 + Math.ceil(bytes.length / 64);
		await session.upload(`${runDir(run.runId)}/${name}`, bytes, { mode: "0600", timeoutMs });
	}
	const check = nodeScript({ ...runValues(run.runId), names }, `${HASHES}flush 120`);
	const now = new Map((await runScript(session, check, { timeoutMs: 150_000 })).pairs("file"));
	for (const { name, sha256 } of files) {
		const hash = now.get(name) ?? "absent";
		if (hash !== sha256) throw new RemoteError("remote.scripts-damaged", session.label, { script: name, expected: sha256, found: hash });
	}
	return {
		ownership: opened.first("ownership") === "held" ? "held" : "taken",
		written: differing.map(({ name }) => name),
	};
}

function filesOf({ runId, scripts, attachments = [] }: InstallRun): Attachment[] {
	const own = SCRIPT_NAMES.map((name): Attachment => {
		return { name: `${name}.sh`, bytes: Buffer.from(scripts[name].text), sha256: scripts[name].sha256 };
	});
	const taken = new Set(["log", "decision", "deadline", "final", "staged", "snapshot", "evidence", ...own.map(({ name }) => name)]);
	for (const { name } of attachments) {
		if (!/^[a-z0-9][a-z0-9.-]*$/.test(name) || taken.has(name))
			throw new RangeError(`not the name of an attachment: ${JSON.stringify(name)}`);
	}
	for (const { name, bytes, sha256 } of [...own, ...attachments]) {
		if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
			throw new RangeError(`${name} of run ${runId} is not what its SHA-256 says`);
		}
	}
	return [...own, ...attachments];
}

function openScript(runId: string, owner: Claim, names: string): string {
	return nodeScript(
		{ ...runValues(runId), ...claimValues(owner), names },
		OWNER_WORDS,
		String.raw`
for folder in "$base" "$base/runs" "$dir"; do
	mkdir "$folder" 2>/dev/null
	# Anything but a folder of root's own would let somebody else choose what runs as root.
	if [ -L "$folder" ] || [ ! -d "$folder" ] || [ ! -O "$folder" ]; then
		say "refused remote.unsafe-folder"; say "value path $folder"; finish
	fi
	chmod 0700 "$folder"
done
own_node
for begun in "$dir"/started.* "$dir/decision"; do
	if [ -e "$begun" ] || [ -L "$begun" ]; then say "begun yes"; break; fi
done
${HASHES}
say "ownership $ownership"
`,
	);
}
