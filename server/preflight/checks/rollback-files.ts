import type { Facts, FileFact } from "../../../lib/contracts/facts.ts";
import type { Finding } from "../../../lib/contracts/finding.ts";
import type { FileChange } from "../../../lib/contracts/plan.ts";
import { BLOCK, defineCheck, type Observation, type RollbackInput, WARN } from "../check.ts";

type Code =
	| "rollback.file.changed"
	| "rollback.file.mode-changed"
	| "rollback.file.owner-changed"
	| "rollback.file.label-changed"
	| "rollback.file.unknown"
	| "rollback.file.mount-point";

/** Larger files are told apart by their hashes alone: findings are stored with every run. */
const MOST_DIFF_CHARACTERS = 200_000;

/** The snapshot is never put over a change that somebody else made since. */
export const rollbackFiles = defineCheck<RollbackInput, Code>({
	id: "rollback-files",
	codes: {
		"rollback.file.changed": BLOCK,
		"rollback.file.mode-changed": WARN,
		"rollback.file.owner-changed": WARN,
		"rollback.file.label-changed": WARN,
		"rollback.file.unknown": BLOCK,
		"rollback.file.mount-point": BLOCK,
	},
	run: ({ facts, snapshot }) => {
		const found = new Map((facts.files ?? []).map((file) => [file.path, file]));
		return snapshot.plan.files.flatMap((change) => compared(change, found.get(change.path), snapshot.facts));
	},
});

function compared({ path, after }: FileChange, file: FileFact | undefined, before: Facts): Observation<Code>[] {
	const evidence = { path };
	if (!file || file.state === "unreadable") return [{ code: "rollback.file.unknown", values: { path }, evidence }];
	if (file.isMountPoint) return [{ code: "rollback.file.mount-point", values: { path }, evidence }];
	const expected = after?.sha256 ?? "";
	const now = file.state === "file" ? file.sha256 : "";
	const plain = file.state === "file" || file.state === "absent";
	if (!plain || now !== expected) {
		const values = { path, expectedSha256: expected, foundSha256: now, state: file.state };
		return [{ code: "rollback.file.changed", values, evidence: { ...evidence, ...difference(after, file) } }];
	}
	if (!after) return [];
	const changed: Observation<Code>[] = [];
	const differs = (code: Code, was: string, is: string) => {
		if (was !== is) changed.push({ code, values: { path, expected: was, found: is }, evidence });
	};
	differs("rollback.file.mode-changed", after.mode.padStart(4, "0"), file.mode);
	differs("rollback.file.owner-changed", `${after.uid}:${after.gid}`, `${file.uid}:${file.gid}`);
	// The cutover keeps a file's label; what it made itself has the policy's, which is not known here.
	const label = labelOf(before, path);
	if (label !== null && file.label !== null) differs("rollback.file.label-changed", label, file.label);
	return changed;
}

/** What the cutover left and what is there now; nothing where either is no text or too large to keep. */
function difference(after: FileChange["after"], file: FileFact): Pick<NonNullable<Finding["evidence"]>, "diff"> {
	const left = after === null ? null : textOf(after.contentBase64);
	const now = file.state === "absent" ? null : file.state === "file" ? textOf(file.contentBase64) : undefined;
	if (left === undefined || now === undefined || (left?.length ?? 0) + (now?.length ?? 0) > MOST_DIFF_CHARACTERS) return {};
	return { diff: { before: left, after: now } };
}

/** Undefined where the bytes were not read, or are no text. */
function textOf(contentBase64: string | null): string | undefined {
	if (contentBase64 === null) return undefined;
	try {
		const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(contentBase64, "base64"));
		return text.includes("\0") ? undefined : text;
	} catch {
		return undefined;
	}
}

function labelOf({ containerd, crictl, kubelet }: Facts, path: string): string | null {
	const files = [
		containerd.config,
		crictl.config,
		kubelet.config,
		kubelet.instanceConfig,
		...kubelet.flagPlaces.map((place) => place.file),
	];
	return files.find((file) => file.path === path && file.state === "file")?.label ?? null;
}
