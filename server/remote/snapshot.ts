import { createHash } from "node:crypto";
import type { NodeSession } from "../ssh/session.ts";
import { RemoteError } from "./errors.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";

export interface SnapshotFile {
	/** Index of the file's change in the plan. */
	index: number;
	realPath: string;
	/** null where there was no file before. */
	before: { sha256: string; bytes: Buffer; mode: string; uid: number; gid: number; label: string | null } | null;
}

export interface SnapshotUnit {
	name: string;
	unitFileState: string;
	activeState: string;
}

export interface Snapshot {
	files: SnapshotFile[];
	units: SnapshotUnit[];
	/** Policy of the FORWARD chain before; "" where it was not read. */
	forwardPolicy: string;
	kubeletVersion: string;
}

type ManifestFile = { index: number; realPath: string; saved: Omit<NonNullable<SnapshotFile["before"]>, "bytes"> | null };
export interface Manifest {
	files: ManifestFile[];
	units: SnapshotUnit[];
	forwardPolicy: string;
	kubeletVersion: string;
}

/** Parses snapshot/manifest: tab separated lines by kind; unknown kinds are left to later versions. Throws RangeError on a damaged line. */
export function parseManifest(text: string): Manifest {
	const manifest: Manifest = { files: [], units: [], forwardPolicy: "", kubeletVersion: "" };
	for (const line of text.split("\n")) {
		const [kind, ...fields] = line.split("\t");
		const [a = "", b = "", c = "", sha256 = "", mode = "", uid = "", gid = "", label = ""] = fields;
		switch (kind) {
			case "file": {
				const valid = /^\d+$/.test(a) && b.startsWith("/") && (c === "absent" || (c === "file" && /^[0-9a-f]{64}$/.test(sha256)));
				if (!valid || (c === "file" && !(/^[0-7]{1,4}$/.test(mode) && /^\d+$/.test(uid) && /^\d+$/.test(gid)))) {
					throw new RangeError(`damaged line in the manifest: ${JSON.stringify(line)}`);
				}
				const saved =
					c === "file"
						? {
								sha256,
								mode: mode.padStart(4, "0"),
								uid: Number(uid),
								gid: Number(gid),
								label: ["", "?", "-"].includes(label) ? null : label,
							}
						: null;
				manifest.files.push({ index: Number(a), realPath: b, saved });
				break;
			}
			case "unit":
				manifest.units.push({ name: a, unitFileState: b, activeState: c });
				break;
			case "forward":
				manifest.forwardPolicy = a;
				break;
			case "kubelet":
				manifest.kubeletVersion = a;
				break;
			default:
		}
	}
	return manifest;
}

/**
 * Reads a run's snapshot with the bytes of every file, checked against the manifest's SHA-256; null where prepare never came
 * so far. Throws `remote.snapshot-damaged`, `remote.no-run`, SshError.
 */
export async function readSnapshot(session: NodeSession, runId: string): Promise<Snapshot | null> {
	const script = nodeScript(
		runValues(runId),
		String.raw`
cd "$dir" 2>/dev/null || refuse remote.no-run
[ -f snapshot/manifest ] || finish
encode manifest <snapshot/manifest
for file in snapshot/*; do
	name=$(basename "$file")
	case $name in ''|*[!0-9]*) continue ;; esac
	[ -f "$file" ] && encode "$name" <"$file"
done
`,
	);
	const reply = await runScript(session, script, { timeoutMs: 60_000, maxOutputBytes: 64 * 1024 * 1024 });
	const text = reply.bytes("manifest");
	if (!text) return null;
	const manifest = readManifest(session, text.toString("utf8"));
	const files = manifest.files.map(({ index, realPath, saved }): SnapshotFile => {
		if (!saved) return { index, realPath, before: null };
		const bytes = reply.bytes(String(index));
		const found = bytes ? createHash("sha256").update(bytes).digest("hex") : "absent";
		if (!bytes || found !== saved.sha256) {
			throw new RemoteError("remote.snapshot-damaged", session.label, { path: realPath, expected: saved.sha256, found });
		}
		return { index, realPath, before: { ...saved, bytes } };
	});
	return { files, units: manifest.units, forwardPolicy: manifest.forwardPolicy, kubeletVersion: manifest.kubeletVersion };
}

function readManifest(session: NodeSession, text: string): Manifest {
	try {
		return parseManifest(text);
	} catch (cause) {
		throw new RemoteError("remote.snapshot-damaged", session.label, { path: "snapshot/manifest", expected: "", found: "" }, { cause });
	}
}
