import { quote } from "../plan/shell/quote.ts";
import type { NodeSession } from "../ssh/session.ts";
import { isRemoteCode, RemoteError } from "./errors.ts";
import { parseReply, type Reply } from "./reply.ts";

/**
 * Our words in the shell. `say` and the rest are plain POSIX (dash, busybox); every external command that can hang goes
 * by `bounded`; nothing reads stdin, since the script itself comes by it.
 */
const WORDS = String.raw`
say() { printf '%s\n' "$*"; }
finish() { say end; exit 0; }
refuse() { say "refused $*"; finish; }
bounded() { _limit=$1; shift; timeout "$_limit" "$@" </dev/null; }
nap() { sleep 0.1 2>/dev/null || sleep 1; }
line_of() { LINE=; if [ -r "$1" ]; then IFS= read -r LINE <"$1" || :; fi; }
decision() { DECISION=$(readlink "$dir/decision" 2>/dev/null) || DECISION=; }
take() { ln -s "$1" "$dir/decision" 2>/dev/null; decision; }
# Two of us may write the same file at once: the one whose connection was lost works on. Each has its own part.
write_file() { printf '%s\n' "$2" >"$1.part-$$" 2>/dev/null && mv -f "$1.part-$$" "$1" 2>/dev/null; }
boot_id() { BOOT=; read -r BOOT </proc/sys/kernel/random/boot_id || :; }
uptime_s() { UPTIME=0; IFS='. ' read -r UPTIME _rest </proc/uptime || :; }
# flush SECONDS [PATH...]: what was written lies on the disk. Waited for so long: a sync that hangs in a file system elsewhere cannot be
# ended, and timeout would wait for it. Before coreutils 8.24 everything is meant, whatever is named.
flush() {
	uptime_s; _until=$((UPTIME + $1)); shift
	sync "$@" </dev/null >/dev/null 2>&1 & _sync=$!
	while _stat=$(cat "/proc/$_sync/stat" 2>/dev/null); do
		case $_stat in *') Z '*|*') X '*) break ;; esac
		uptime_s
		[ "$UPTIME" -lt "$_until" ] || return 1
		sleep 0.02 2>/dev/null || sleep 1
	done
	wait "$_sync"
}
active_state() { STATE=$(bounded 10 systemctl show -p ActiveState "$1" 2>/dev/null) || STATE=; STATE=$(printf '%s' "$STATE" | cut -d= -f2); }
# Over, and known to be: where systemd does not answer nothing is over.
is_over() { active_state "$1"; case $STATE in inactive|failed) return 0 ;; esac; return 1; }
is_running() { active_state "$1"; case $STATE in active|activating|deactivating|reloading) return 0 ;; esac; return 1; }
names_run() { grep -qsF "$dir/" "$1"; }
encode() { say "data $1"; base64; say .; }
`;

/**
 * A script for the node: values as quoted assignments, then the body as one function, called last. A script that arrives
 * only in part therefore does nothing.
 */
export function nodeScript(values: Record<string, string | number>, ...body: string[]): string {
	const assignments = Object.entries(values).map(([name, value]) => {
		if (!/^[a-z_]+$/.test(name)) throw new RangeError(`not a variable name: ${name}`);
		return `${name}=${quote(String(value))}`;
	});
	return [
		"LC_ALL=C; export LC_ALL",
		"umask 077",
		WORDS.trim(),
		...assignments,
		...body.slice(0, -1).map((words) => words.trim()),
		"main() {",
		(body.at(-1) ?? "").trim(),
		"finish",
		"}",
		"main </dev/null; exit $?",
		"",
	].join("\n");
}

export interface RunScriptOptions {
	timeoutMs: number;
	maxOutputBytes?: number;
	signal?: AbortSignal;
}

/** Runs one of our scripts and reads its answer. Throws RemoteError; SshError where the connection failed. */
export async function runScript(session: NodeSession, script: string, options: RunScriptOptions): Promise<Reply> {
	const result = await session.run(script, options);
	const reply = parseReply(result.stdout.toString("latin1"));
	if (!reply) {
		throw new RemoteError("remote.script-failed", session.label, {
			exitCode: result.exitCode,
			output: `${result.stderr}\n${result.stdout.toString("utf8")}`.trim().slice(-2000),
		});
	}
	const refused = reply.first("refused");
	if (refused !== undefined) {
		if (!isRemoteCode(refused))
			throw new RemoteError("remote.script-failed", session.label, { exitCode: result.exitCode, output: refused });
		const values: Record<string, string> = Object.fromEntries(reply.pairs("value"));
		const output = reply.bytes("output");
		if (output) values["output"] = output.toString("utf8").trim();
		throw new RemoteError(refused, session.label, values);
	}
	return reply;
}
