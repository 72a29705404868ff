import { createHash } from "node:crypto";
import type { Script } from "../../../lib/contracts/plan.ts";
import { runDir } from "../../plan/layout.ts";

/** A script with its SHA-256, as a plan holds it. */
export function script(text: string): Script {
	return { text, sha256: createHash("sha256").update(text).digest("hex") };
}

/**
 * A run by hand that keeps the run folder's protocol and touches nothing else. The bodies get `$RUN` (the folder) and
 * `end CODE`; what they print goes to the log.
 */
export function smallRun(runId: string, bodies: { prepare?: string; cutover?: string; revert?: string } = {}) {
	const whole = (suffix: string, body: string) =>
		script(String.raw`#!/bin/sh
RUN=${runDir(runId)}
SUFFIX=${suffix}
case $1 in prepare-*[0-9]) SUFFIX=$1 ;; esac
exec >>"$RUN/log" 2>&1
read -r BOOT </proc/sys/kernel/random/boot_id
write_file() { printf '%s\n' "$2" >"$1.part" && mv -f "$1.part" "$1"; }
now() { read -r UPTIME _rest </proc/uptime; }
end() { now; write_file "$RUN/exit.$SUFFIX" "$1 $BOOT $UPTIME"; exit "$1"; }
now
${suffix === "revert" ? "" : '[ -e "$RUN/started.$SUFFIX" ] && exit 3'}
write_file "$RUN/started.$SUFFIX" "$BOOT $UPTIME"
${body}
end 0
`);
	return {
		prepare: whole("prepare-1", bodies.prepare ?? "echo prepared"),
		cutover: whole("cutover", bodies.cutover ?? "echo cut over"),
		revert: whole(
			"revert",
			bodies.revert ??
				String.raw`
ln -s revert "$RUN/decision" 2>/dev/null
[ "$(readlink "$RUN/decision")" = revert ] || exit 0
echo "back by $1"
if [ "$1" = prepared-only ]; then write_file "$RUN/final" cleaned; else write_file "$RUN/final" reverted; fi`,
		),
	};
}
