import { createHash, randomBytes } from "node:crypto";
import { posix } from "node:path";
import { quote } from "../plan/shell/quote.ts";
import { SshError, type SshErrorPlace } from "./errors.ts";
import { evidence } from "./redact.ts";
import type { NodeSession, ScriptResult } from "./session.ts";

/** Base64 of this, with line ends, stays below 1 MiB: a shell holds the script in memory while it reads it. */
const CHUNK_BYTES = 720 * 1024;
/** Removing a left-over part must not keep anybody waiting. */
const CLEANUP_TIMEOUT_MS = 10_000;

/** Exit codes of the upload scripts. */
const STEPS: Readonly<Record<number, string>> = {
	90: "directory",
	91: "offset",
	92: "write",
	93: "checksum",
	94: "mode",
	95: "rename",
	96: "target",
};

export interface UploadOptions {
	mode: string;
	timeoutMs: number;
	signal?: AbortSignal;
}

/**
 * Writes a file as root: into a new file beside the target, in chunks whose offset is checked, compared by SHA-256, given its mode,
 * synced and renamed over the target. The target is never seen half-written. The folder must exist. Knows no tool that
 * coreutils 8.22 or busybox lacks. Throws SshError; RangeError for a path that is not absolute or a mode that is not octal.
 */
export async function uploadBy(
	run: NodeSession["run"],
	where: SshErrorPlace,
	path: string,
	bytes: Buffer,
	options: UploadOptions,
): Promise<void> {
	if (!posix.isAbsolute(path) || posix.normalize(path) !== path || path.endsWith("/"))
		throw new RangeError(`not a plain absolute path: ${JSON.stringify(path)}`);
	if (!/^[0-7]{3,4}$/.test(options.mode)) throw new RangeError(`not a file mode: ${JSON.stringify(options.mode)}`);
	const part = posix.join(posix.dirname(path), `.gantry-part-${randomBytes(8).toString("hex")}`);
	const deadline = performance.now() + options.timeoutMs;
	const send = async (script: string) => {
		const timeoutMs = deadline - performance.now();
		if (timeoutMs <= 0) throw new SshError("timeout.script", where, { timeoutMs: options.timeoutMs }, true);
		const result = await run(script, { timeoutMs, signal: options.signal, privileged: true });
		if (result.exitCode !== 0) throw uploadError(result, where, path);
	};
	try {
		let offset = 0;
		do {
			const chunk = bytes.subarray(offset, offset + CHUNK_BYTES);
			const script = [offset === 0 ? beginScript(path, part) : "", appendScript(part, offset, chunk)];
			offset += chunk.length;
			if (offset >= bytes.length) script.push(finishScript(path, part, bytes, options.mode));
			await send(script.join("\n"));
		} while (offset < bytes.length);
	} catch (error) {
		// Best effort, without the caller's signal: the part has a name of its own and harms nobody if it stays.
		await run(`rm -f -- ${quote(part)}`, { timeoutMs: CLEANUP_TIMEOUT_MS }).catch(() => {});
		throw error;
	}
}

function beginScript(path: string, part: string): string {
	return `umask 077
[ -d ${quote(posix.dirname(path))} ] || { echo 'no such folder' >&2; exit 90; }
[ ! -d ${quote(path)} ] || { echo 'the target is a folder' >&2; exit 96; }
: >${quote(part)} || exit 92`;
}

function appendScript(part: string, offset: number, chunk: Buffer): string {
	const lines = chunk.toString("base64").match(/.{1,76}/g) ?? [];
	return `[ "$(wc -c <${quote(part)})" -eq ${offset} ] || exit 91
base64 -d >>${quote(part)} <<'GANTRY' || exit 92
${lines.map((line) => `${line}\n`).join("")}GANTRY`;
}

function finishScript(path: string, part: string, bytes: Buffer, mode: string): string {
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	// coreutils 8.22 warns that sync takes no argument and syncs everything; older busybox refuses it.
	return `s=$(sha256sum <${quote(part)}) || exit 93
[ "\${s%% *}" = ${sha256} ] || exit 93
chmod ${mode} ${quote(part)} || exit 94
sync ${quote(part)} 2>/dev/null || sync
mv -f ${quote(part)} ${quote(path)} || exit 95
! command -v restorecon >/dev/null 2>&1 || restorecon ${quote(path)} || :
exit 0`;
}

function uploadError(result: ScriptResult, where: SshErrorPlace, path: string): SshError {
	const step = STEPS[result.exitCode] ?? "shell";
	const values = { path, step, exitCode: result.exitCode, stderr: evidence(result.stderr, []) };
	if (/no space left|disk quota exceeded/i.test(result.stderr)) return new SshError("upload.no-space", where, values);
	if (step === "directory") return new SshError("upload.no-directory", where, values);
	if (step === "checksum" || step === "offset") return new SshError("upload.checksum", where, values);
	return new SshError("upload.failed", where, values);
}
